//! What each lender lost, simulated and in history, in the order in which they sold.

use super::panel::{Panel, ticks};
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::way::Way;

const ROW: f64 = 34.0;
const MOST: usize = 24;

/// One lender's bar.
#[derive(Clone, Debug, PartialEq)]
struct Loss<'a> {
    lender: &'a str,
    simulated: f64,
    history: Option<f64>,
    half_sold: Option<&'a str>,
    forced: f64,
    failed: bool,
    /// Those that sold the same instruments have one number.
    group: usize,
}

impl Loss<'_> {
    fn is_bar(&self) -> bool {
        self.simulated != 0.0 || self.history.is_some_and(|history| history != 0.0)
    }
}

pub fn draw(view: &View) -> Option<Figure> {
    let mut losses = losses(view);
    // One bar, or none, is a number: the report's first lines have it.
    if losses.iter().filter(|loss| loss.is_bar()).count() < 2 {
        return None;
    }
    let left_out = losses.len().saturating_sub(MOST);
    let (title, caption) = words_for(view, &losses);
    losses.truncate(MOST);
    let mut scene = Scene::new(WIDTH, 0.0);
    let apart = losses.windows(2).any(|pair| pair[0].group != pair[1].group);
    let way = way(view, &losses);
    let mut subtitle = format!(
        "Losses by lender, {}, from the fastest to {} to the slowest{}.",
        view.unit(),
        way.has_to(),
        if apart { " of each market" } else { "" }
    );
    if left_out > 0 {
        subtitle += &format!(" {left_out} lenders are not shown.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Block(theme::RUN), "simulated loss")];
    if losses.iter().any(|loss| loss.history.is_some()) {
        entries.push((Sign::Diamond(theme::HISTORY), "loss in history"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let names = losses.iter().map(|loss| theme::width_of(view.lender(loss.lender), theme::PANEL)).fold(0.0, f64::max);
    let when_left = MARGIN + names.min(240.0) + 16.0;
    let left = when_left + 96.0;
    let most = losses.iter().flat_map(|loss| [loss.simulated, loss.history.unwrap_or(0.0)]).fold(0.0, f64::max);
    let least = losses.iter().flat_map(|loss| [loss.simulated, loss.history.unwrap_or(0.0)]).fold(0.0, f64::min);
    let across = if most > least { (least, most) } else { (0.0, 1.0) };
    let labels = losses.iter().map(|loss| theme::width_of(&label(loss), theme::LABEL)).fold(0.0, f64::max);
    let top = y + 22.0;
    let bottom = top + ROW * losses.len() as f64;
    let plot = Panel { left, top, right: WIDTH - MARGIN - labels - 14.0, bottom, across, up: (0.0, 1.0) };
    let half = if way == Way::Sold { "half sold by" } else { "half closed by" };
    scene.text((when_left, top - 8.0), half, theme::AXIS);
    for tick in ticks(across, 5) {
        let x = plot.x(tick);
        scene.segment((x, top - 2.0), (x, bottom), if tick == 0.0 { theme::EDGE } else { theme::GRID }, 1.0);
        scene.text((x, bottom + 16.0), words::short(tick), theme::AXIS.middle());
    }
    for (index, loss) in losses.iter().enumerate() {
        let y = top + ROW * index as f64;
        if index > 0 && losses[index - 1].group != loss.group {
            scene.segment((MARGIN, y), (plot.right, y), theme::EDGE, 1.0);
        }
        row(view, &mut scene, &plot, loss, y + ROW * 0.5, when_left);
    }
    theme::footing(&mut scene, &view.origin(), bottom + 26.0);
    Some(Figure { name: "losses_by_lender".into(), title, caption, scene })
}

fn row(view: &View, scene: &mut Scene, plot: &Panel, loss: &Loss, y: f64, when_left: f64) {
    let name = theme::fit(view.lender(loss.lender), theme::PANEL, 240.0);
    scene.text((MARGIN, y + 4.5), name, theme::PANEL);
    let when = match loss.half_sold {
        Some(time) => words::moment_of(time),
        None if loss.forced > 0.0 => "never".into(),
        None => "none forced".into(),
    };
    scene.text((when_left, y + 4.5), when, theme::AXIS);
    scene.rect((plot.x(0.0), y - 8.0), (plot.x(loss.simulated), y + 8.0), theme::RUN, 1.0);
    if let Some(history) = loss.history {
        theme::diamond(scene, (plot.x(history), y), theme::HISTORY);
    }
    let reach = plot.x(loss.simulated.max(loss.history.unwrap_or(0.0)).max(0.0)) + 12.0;
    scene.text((reach, y + 4.5), label(loss), theme::LABEL);
}

fn label(loss: &Loss) -> String {
    let mut label = words::short(loss.simulated);
    if let Some(history) = loss.history {
        label += &format!(" (history {})", words::short(history));
    }
    if loss.failed {
        label += ", failed";
    }
    label
}

/// Which way the forced orders of these went.
fn way(view: &View, losses: &[Loss]) -> Way {
    view.way(&losses.iter().map(|loss| loss.lender).collect::<Vec<_>>())
}

/// Lenders with a loss of either kind or with forced selling, the fastest first.
fn losses<'a>(view: &View<'a>) -> Vec<Loss<'a>> {
    let picture = view.picture;
    let mut losses: Vec<Loss> = Vec::new();
    let rivals = view.rivals();
    for lender in view.lenders() {
        let known = picture.summary.lenders.get(lender);
        let loss = known.map_or(0.0, |known| known.loss);
        let history = picture.history.losses.iter().find(|loss| loss.lender == lender).map(|loss| loss.amount);
        let history = history.filter(|amount| amount.is_finite());
        let forced = known.map_or(0.0, |known| known.forced_notional);
        if loss != 0.0 && loss.is_finite() || history.is_some() || forced > 0.0 {
            losses.push(Loss {
                lender,
                simulated: if loss.is_finite() { loss } else { 0.0 },
                history,
                half_sold: known.and_then(|known| known.half_sold.as_deref()),
                forced,
                failed: known.is_some_and(|known| known.failed),
                group: rivals.iter().position(|group| group.contains(lender)).unwrap_or(rivals.len()),
            });
        }
    }
    losses.sort_by_key(|loss| (loss.half_sold.is_none(), loss.half_sold, loss.forced <= 0.0));
    // Markets in the order in which the first of each had sold; who sold nothing last.
    let place = |group: usize, losses: &[Loss]| losses.iter().position(|loss| loss.group == group && loss.forced > 0.0);
    let places: Vec<Option<usize>> = losses.iter().map(|loss| place(loss.group, &losses)).collect();
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by_key(|index| (places[*index].is_none(), places[*index]));
    let mut losses: Vec<Option<Loss>> = losses.into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|index| losses[index].take());
    // Those that sold nothing are one group to the eye.
    sorted.map(|loss| if loss.forced > 0.0 { loss } else { Loss { group: usize::MAX, ..loss } }).collect()
}

fn words_for(view: &View, losses: &[Loss]) -> (String, String) {
    let (title, caption) = told_of(view, losses);
    let past = view.picture.history.losses.iter().filter(|past| losses.iter().any(|loss| loss.lender == past.lender));
    (title, caption + &view.picture.history.cited(past.map(|past| past.source.as_str())))
}

fn told_of(view: &View, losses: &[Loss]) -> (String, String) {
    let total: f64 = losses.iter().map(|loss| loss.simulated.max(0.0)).sum();
    let way = way(view, losses);
    let mut caption = format!(
        "Lenders are ordered by when half of what they had to {} was {}: from top to bottom, the later, the slower. ",
        way.has_to(),
        way.did()
    );
    let told: Vec<&Loss> = losses.iter().filter(|loss| loss.history.is_some()).collect();
    if !told.is_empty() {
        let history: f64 = told.iter().filter_map(|loss| loss.history).sum();
        let simulated: f64 = told.iter().map(|loss| loss.simulated).sum();
        caption += &format!(
            "A bar that ends at its diamond agrees with history; over {} the simulation says {} and history {}. ",
            words::counted(told.len(), "lender with a known loss", "lenders with known losses"),
            view.money(simulated),
            view.money(history)
        );
    }
    if total <= 0.0 {
        return ("Nobody lost anything here; in history lenders did".into(), caption.trim_end().to_string());
    }
    let groups: Vec<&[Loss]> = losses.chunk_by(|a, b| a.group == b.group).collect();
    let sellers: Vec<&Loss> = losses.iter().filter(|loss| loss.half_sold.is_some()).collect();
    let one_market = groups.iter().filter(|group| group[0].forced > 0.0).count() == 1;
    let races: Vec<(&Loss, &Loss)> = groups.iter().filter_map(|group| race(group)).collect();
    let title = if one_market && sellers.len() >= 4 {
        let lost = |sellers: &[&Loss]| sellers.iter().map(|loss| loss.simulated.max(0.0)).sum::<f64>();
        let (all, fast) = (lost(&sellers), lost(&sellers[..sellers.len() / 2]));
        caption += "If waiting did not matter, the bars would show no order.";
        if all > 0.0 {
            format!(
                "Of {} that those lost who {}, the faster half took {}, the slower half {}",
                view.money(all),
                way.did(),
                words::percent(fast / all),
                words::percent(1.0 - fast / all)
            )
        } else {
            most_of(view, losses, total)
        }
    } else if !one_market && !races.is_empty() {
        caption += "Only bars of one market can be compared: lines part the markets.";
        let won = races.iter().filter(|(fast, slow)| fast.simulated < slow.simulated).count();
        let gap = |(fast, slow): &(&Loss, &Loss)| slow.simulated - fast.simulated;
        let (fast, slow) = races.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))).expect("a race");
        format!(
            "Who {} faster lost less in {} where one was faster: {} {}, {} {}",
            way.did(),
            words::of_all(won, races.len(), "market", "markets"),
            view.lender(fast.lender),
            view.money(fast.simulated),
            view.lender(slow.lender),
            view.money(slow.simulated)
        )
    } else {
        most_of(view, losses, total)
    };
    (title, caption.trim_end().to_string())
}

/// The first and the last of a market to have sold half, if at different times.
fn race<'l, 'a>(group: &'l [Loss<'a>]) -> Option<(&'l Loss<'a>, &'l Loss<'a>)> {
    let mut sold = group.iter().filter(|loss| loss.half_sold.is_some());
    let (first, last) = (sold.next()?, sold.next_back()?);
    (first.half_sold != last.half_sold).then_some((first, last))
}

fn most_of(view: &View, losses: &[Loss], total: f64) -> String {
    let most = losses.iter().max_by(|a, b| a.simulated.total_cmp(&b.simulated)).expect("there are bars");
    format!(
        "Lenders lost {}; {} took {} of it",
        view.money(total),
        view.lender(most.lender),
        words::percent(most.simulated / total)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn lenders_are_listed_by_speed_with_both_losses() {
        let mut sample = sample::crash();
        // The lender that never got half out comes last, wherever its name stands.
        sample.summary.lenders.get_mut("alpha").unwrap().half_sold = None;
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = losses(&view);
        assert_eq!(found.iter().map(|loss| loss.lender).collect::<Vec<_>>(), ["bravo", "carlo", "delta", "alpha"]);
        assert_eq!((found[2].simulated, found[2].history, found[2].failed), (4.6e9, Some(5.5e9), true));
    }

    #[test]
    fn the_title_states_what_speed_was_worth() {
        let sample = sample::crash();
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).unwrap();
        // 0.05 + 0.3 of 8.35.
        assert_eq!(
            figure.title,
            "Of $8.35bn that those lost who sold, the faster half took 4.2\u{a0}%, the slower half 96\u{a0}%"
        );
    }

    #[test]
    fn lenders_of_unrelated_markets_are_not_ranked_against_one_another() {
        let mut sample = sample::crash();
        // Alpha and delta race in one market, bravo and carlo in another, and there the later seller lost less.
        for row in &mut sample.tables.liquidations {
            row.instrument = if row.lender == "alpha" || row.lender == "delta" { "MEDIA" } else { "CABLE" }.into();
        }
        sample.summary.lenders.get_mut("carlo").unwrap().loss = 0.1e9;
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = losses(&view);
        assert_eq!(found.iter().map(|loss| loss.lender).collect::<Vec<_>>(), ["alpha", "delta", "bravo", "carlo"]);
        assert_eq!(
            draw(&view).unwrap().title,
            "Who sold faster lost less in 1 of 2\u{a0}markets where one was faster: Alpha Bank $50m, Delta Holdings $4.6bn"
        );
    }

    #[test]
    fn one_bar_and_none_are_no_chart() {
        let mut sample = sample::crash();
        sample.history.losses.clear();
        sample.summary.lenders.iter_mut().filter(|(id, _)| *id != "delta").for_each(|(_, lender)| lender.loss = 0.0);
        assert_eq!(draw(&View::of(&sample.picture())), None);
        sample.summary.lenders.get_mut("delta").unwrap().loss = 0.0;
        assert_eq!(draw(&View::of(&sample.picture())), None);
    }
}
