//! Where the money for a firm's calls came from: what each source had brought in by when, one on the other, against what
//! had been demanded by then.

use super::panel::Panel;
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::waterfall::{INKS, Layer, stack};
use super::words;

pub fn draw(view: &View) -> Vec<Figure> {
    view.told_firms().into_iter().filter_map(|firm| one(view, firm)).collect()
}

fn one(view: &View, firm: &str) -> Option<Figure> {
    let layers = layers(view, firm);
    let demanded = demanded(view, firm);
    let (in_all, wanted) = (layers.iter().map(|layer| layer.total).sum::<f64>(), demanded.last()?.1);
    // One source is told by the two ledgers.
    if layers.len() < 2 {
        return None;
    }
    let name = view.firm(firm);
    let parts: Vec<String> = layers.iter().map(|layer| format!("{} {}", layer.word, view.money(layer.total))).collect();
    let title = format!(
        "{name} was asked for {} and found {}: {}",
        view.money(wanted),
        view.money(in_all),
        words::listed(&parts)
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle =
        format!("Money found for calls, by source and by when it was there, {}, {}.", view.unit(), view.frame.dates());
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Line(theme::FORCED), "demanded so far")];
    if !deadlines(view, firm).is_empty() {
        entries.push((Sign::Upright(theme::TEXT), "a call is due"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let labels: Vec<String> =
        layers.iter().map(|layer| format!("{}: {}", layer.word, words::short(layer.total))).collect();
    let widest = labels.iter().map(|label| theme::width_of(label, theme::LABEL.bold())).fold(60.0, f64::max);
    let across = span(view, &layers, &demanded);
    let plot = Panel {
        left: MARGIN + 48.0,
        top: y + 20.0,
        right: WIDTH - MARGIN - widest - 10.0,
        bottom: y + 300.0,
        across,
        up: (0.0, in_all.max(wanted) * 1.08),
    };
    plot.value_axis(&mut scene, 5, words::short);
    stack(&mut scene, &plot, &layers, &labels);
    let mut line: Vec<(f64, f64)> = vec![(across.0, 0.0)];
    for (place, sum) in &demanded {
        line.push((*place, line.last().map_or(0.0, |last| last.1)));
        line.push((*place, *sum));
    }
    line.push((across.1, wanted));
    plot.plot(&mut scene, &vec![line], theme::FORCED, 2.25, None);
    for place in deadlines(view, firm) {
        let x = plot.x(place);
        scene.stroke(vec![(x, plot.top), (x, plot.bottom)], theme::TEXT, 1.0, Some(theme::DOTTED));
    }
    plot.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), plot.bottom + 26.0);
    let caption = format!(
        "What is worth much is no money yet: each source takes its time. The firm is safe where the stack reaches the line \
         before the call is due. {}",
        if in_all + 0.005 < wanted {
            "Here the stack never does."
        } else {
            "Here it does, from these sources in this order."
        }
    );
    Some(Figure { name: format!("sources_{}", words::stem(firm)), title, caption, scene })
}

/// From a little before the first demand to a little after the last money.
fn span(view: &View, layers: &[Layer], demanded: &[(f64, f64)]) -> (f64, f64) {
    let places = || layers.iter().flat_map(|layer| &layer.steps).chain(demanded).map(|step| step.0);
    let (first, last) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
    let whole = view.frame.span();
    let room = (last - first).max((whole.1 - whole.0) * 0.1) * 0.2;
    ((first - room).max(whole.0), (last + room).min(whole.1))
}

/// What each source brought in, the first to bring anything first. What came too late or was withdrawn is not money found.
fn layers<'a>(view: &View<'a>, firm: &str) -> Vec<Layer<'a>> {
    let mut layers: Vec<Layer> = Vec::new();
    let rows = view.picture.tables.treasury.iter().filter(|row| row.firm == firm && row.step == "draw");
    let mut drawn: Vec<(f64, &str, f64)> = rows
        .filter(|row| row.amount > 0.0 && row.amount.is_finite())
        .filter_map(|row| {
            let there = words::seconds(row.arrives.as_deref().unwrap_or(&row.time))?;
            let place = view.frame.place_within(there, super::frame::Closed::SessionAfter)?;
            Some((place, row.source.as_deref()?, row.amount))
        })
        .collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (place, source, amount) in drawn {
        let index = layers.iter().position(|layer| layer.word == source).unwrap_or_else(|| {
            let ink = INKS[layers.len() % INKS.len()];
            layers.push(Layer { word: source, ink, total: 0.0, steps: vec![] });
            layers.len() - 1
        });
        layers[index].total += amount;
        let total = layers[index].total;
        layers[index].steps.push((place, total));
    }
    layers
}

/// Place of each call of a firm and what had been demanded by then.
fn demanded(view: &View, firm: &str) -> Vec<(f64, f64)> {
    let calls = view.picture.tables.calls.iter().filter(|call| call.trader == firm && call.amount.is_finite());
    let mut sum = 0.0;
    let demand = |(place, amount): (f64, f64)| {
        sum += amount;
        (place, sum)
    };
    let placed = calls.filter_map(|call| Some((view.frame.place(view.frame.index_of(call.tick)?), call.amount)));
    placed.map(demand).collect()
}

fn deadlines(view: &View, firm: &str) -> Vec<f64> {
    let calls = view.picture.tables.calls.iter().filter(|call| call.trader == firm);
    let mut places: Vec<f64> = calls
        .filter_map(|call| view.frame.place_at(call.deadline?.seconds(), super::frame::Closed::SessionBefore))
        .collect();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::TreasuryRow;

    #[test]
    fn the_title_adds_up_what_is_stacked() {
        let mut sample = sample::crash();
        let call = sample.tables.calls[0].clone();
        sample.tables.calls.truncate(1);
        assert!(draw(&View::of(&sample.picture())).is_empty(), "no source is no chart");
        for (source, amount, step) in
            [("cash", 2e8, "draw"), ("repo", 3e8, "draw"), ("cash", 1e8, "draw"), ("repo", 3e8, "arrival")]
        {
            sample.tables.treasury.push(TreasuryRow {
                tick: call.tick,
                time: call.time,
                firm: "tiger".into(),
                step: step.into(),
                source: Some(source.into()),
                account: None,
                amount,
                cost: 0.0,
                arrives: call.deadline,
            });
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = layers(&view, "tiger");
        assert_eq!(
            found.iter().map(|layer| (layer.word, layer.total)).collect::<Vec<_>>(),
            [("cash", 3e8), ("repo", 3e8)]
        );
        assert_eq!(
            draw(&view)[0].title,
            "Tiger Family Office was asked for $600m and found $600m: cash $300m and repo $300m"
        );
    }
}
