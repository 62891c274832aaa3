//! What is drawn of a run, and in which order.

use super::*;
use results::rows::Tables;
use results::summary::Summary;
use std::collections::BTreeMap;

/// Writes the sample's charts where a person can look at them.
#[test]
#[ignore = "writes files, for looking at"]
fn look() {
    let folder = std::env::temp_dir().join("chart-look");
    std::fs::create_dir_all(&folder).unwrap();
    let sample = sample::crash();
    let picture = sample.picture();
    let charts = draw_all(&picture);
    for chart in &charts {
        std::fs::write(folder.join(format!("{}.svg", chart.name)), &chart.svg).unwrap();
        std::fs::write(folder.join(format!("{}.png", chart.name)), &chart.png).unwrap();
        println!(
            "{}: {} kB svg, {} kB png\n  {}",
            chart.name,
            chart.svg.len() / 1000,
            chart.png.len() / 1000,
            chart.title
        );
    }
    for count in [1, 14, 500] {
        let mut sample = sample::crash();
        sample.breaches(count);
        let figure = cascade::draw(&View::of(&sample.picture())).unwrap();
        std::fs::write(folder.join(format!("cascade_{count}.png")), render::png(&figure.scene)).unwrap();
    }
    std::fs::write(folder.join("report.html"), page(&picture, &charts)).unwrap();
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    let sample = sample::crash();
    assert!(draw_all(&sample.picture()) == draw_all(&sample.picture()));
}

/// Each chart under way when nobody wants it any more is finished, and none is begun.
#[test]
fn no_chart_is_begun_that_nobody_wants() {
    let sample = sample::crash();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let twice = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2;
    assert!(draw_while(&sample.picture(), &twice).is_none());
    assert!(draw_while(&sample.picture(), &|| true) == Some(draw_all(&sample.picture())));
}

#[test]
fn every_chart_of_a_crash_is_drawn_with_words_that_escape() {
    let sample = sample::crash();
    let charts = sample::svg_charts(&sample.picture());
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "with_and_without",
            "prices_all",
            "history_all",
            "price_media",
            "price_cable",
            "price_soap",
            "cascade",
            "brokers_tiger",
            "unsold",
            "losses_by_lender",
            "margin_tiger",
            "two_ledgers_tiger"
        ]
    );
    for chart in &charts {
        assert!(chart.svg.len() < 200_000, "{}: {}", chart.name, chart.svg.len());
        assert!(chart.caption.len() > 80 && chart.title.len() > 20, "{}", chart.name);
        assert!(!chart.svg.contains("<b>"), "{}", chart.name);
    }
    assert!(charts[3].svg.contains("&lt;b&gt;of&lt;/b&gt;"));
}

#[test]
fn the_full_sample_has_every_chart_of_a_run() {
    let sample = sample::full();
    let picture = sample.picture();
    let mut names: Vec<String> = figures(&View::of(&picture)).into_iter().map(|figure| figure.name).collect();
    // Where tails or rounds are the story, these are not.
    let mut plain = sample::full();
    plain.summary.returns.clear();
    plain.tables.rounds.clear();
    let picture = plain.picture();
    names.extend(figures(&View::of(&picture)).into_iter().map(|figure| figure.name));
    for name in
        ["tails", "sources_tiger", "deleveraged", "rounds", "depth_cable", "populations", "waterfall", "cascade"]
    {
        assert!(names.iter().any(|own| own == name), "{name} is not among {names:?}");
    }
}

#[test]
fn marks_stay_on_the_page() {
    let sample = sample::full();
    let picture = sample.picture();
    for figure in figures(&View::of(&picture)) {
        let (width, height) = (figure.scene.width, figure.scene.height);
        for mark in &figure.scene.marks {
            if let scene::Mark::Text { at, text, size, bold, anchor, .. } = mark {
                let wide = render::text_width(text, *size, *bold);
                let left = match anchor {
                    scene::Anchor::Start => at.0,
                    scene::Anchor::Middle => at.0 - wide / 2.0,
                    scene::Anchor::End => at.0 - wide,
                };
                let inside = left >= 2.0 && left + wide <= width - 2.0 && at.1 > *size && at.1 < height;
                assert!(inside, "{}: {text} at {left:.0}..{:.0}, {:.0}", figure.name, left + wide, at.1);
            }
        }
    }
}

/// Where a text stands.
fn room(mark: &scene::Mark) -> Option<(f64, f64, f64, f64)> {
    let scene::Mark::Text { at, text, size, bold, anchor, .. } = mark else { return None };
    let wide = render::text_width(text, *size, *bold);
    let left = match anchor {
        scene::Anchor::Start => at.0,
        scene::Anchor::Middle => at.0 - wide / 2.0,
        scene::Anchor::End => at.0 - wide,
    };
    Some((left, at.1 - 0.74 * size, left + wide, at.1 + 0.1 * size))
}

#[test]
fn text_can_be_read_on_what_it_stands_on() {
    let sample = sample::full();
    let picture = sample.picture();
    let mut seen = 0;
    for figure in figures(&View::of(&picture)) {
        let marks = &figure.scene.marks;
        for (index, mark) in marks.iter().enumerate() {
            let (scene::Mark::Text { ink, text, .. }, Some((x0, y0, x1, y1))) = (mark, room(mark)) else {
                continue;
            };
            let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
            let ground = marks[..index].iter().rev().find_map(|below| match below {
                scene::Mark::Box { x0, y0, x1, y1, ink, alpha } => {
                    let under = (*x0..=*x1).contains(&x) && (*y0..=*y1).contains(&y);
                    under.then(|| ink.tint(*alpha))
                }
                scene::Mark::Disc { at, radius, ink } => ((at.0 - x).hypot(at.1 - y) < *radius).then_some(*ink),
                _ => None,
            });
            let contrast = theme::contrast(*ink, ground.unwrap_or(theme::PAPER));
            assert!(contrast >= theme::CONTRAST, "{}: {text}: {contrast:.2}", figure.name);
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

/// What tells of data; grids and axes may pass below a text.
fn tells(ink: theme::Ink, width: f64) -> bool {
    let data = [theme::RUN, theme::FORCED, theme::WITHOUT, theme::CASH, theme::CALL, theme::NEWS, theme::MUTED];
    width >= 1.25 && data.contains(&ink)
}

#[test]
fn no_text_lies_on_a_line_or_on_another_text() {
    let sample = sample::full();
    let picture = sample.picture();
    let mut faults = std::collections::BTreeSet::new();
    for figure in figures(&View::of(&picture)) {
        let texts: Vec<_> = figure.scene.marks.iter().filter_map(|mark| Some((room(mark)?, mark))).collect();
        let says = |mark: &scene::Mark| match mark {
            scene::Mark::Text { text, .. } => text.clone(),
            _ => String::new(),
        };
        for (index, (one, mark)) in texts.iter().enumerate() {
            for (other, second) in &texts[..index] {
                let apart = one.0 >= other.2 || other.0 >= one.2 || one.1 >= other.3 || other.1 >= one.3;
                if !apart {
                    faults.insert(format!("{}: {} on {}", figure.name, says(mark), says(second)));
                }
            }
        }
        for line in &figure.scene.marks {
            let scene::Mark::Line { points, ink, width, .. } = line else { continue };
            if !tells(*ink, *width) {
                continue;
            }
            for pair in points.windows(2) {
                for step in 0..=40 {
                    let part = f64::from(step) / 40.0;
                    let x = pair[0].0 + part * (pair[1].0 - pair[0].0);
                    let y = pair[0].1 + part * (pair[1].1 - pair[0].1);
                    for (room, mark) in &texts {
                        let on = x > room.0 && x < room.2 && y > room.1 && y < room.3;
                        if on {
                            faults.insert(format!("{}: a line strikes through {}", figure.name, says(mark)));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The numbers beside and beneath plots: text in the ink of axes that is no time and no sentence (`3 of 4 broke`).
#[test]
fn no_axis_has_a_single_number() {
    let mut sample = sample::full();
    // A volume that lies just below the step that two labels would have.
    let most = sample.tables.prices.iter().map(|row| row.volume_units).fold(0.0, f64::max);
    for row in &mut sample.tables.prices {
        row.volume_units *= 0.94e6 / most;
    }
    let picture = sample.picture();
    for figure in figures(&View::of(&picture)) {
        let mut axes: BTreeMap<i64, usize> = BTreeMap::new();
        for mark in &figure.scene.marks {
            if let scene::Mark::Text { at, text, ink, anchor: scene::Anchor::End, size, .. } = mark
                && (*ink, *size) == (theme::SOFT, theme::AXIS.size)
                && text.starts_with(|first: char| first.is_ascii_digit() || first == '−')
                && !text.contains(':')
                && !text.contains(" of ")
            {
                *axes.entry((at.0 * 10.0) as i64).or_default() += 1;
            }
        }
        assert!(axes.values().all(|labels| *labels > 1), "{}: {axes:?}", figure.name);
    }
}

/// Changes every number of the sample's tables.
fn bent(change: impl Fn(f64) -> f64) -> sample::Sample {
    let mut sample = sample::crash();
    for row in sample.tables.prices.iter_mut().chain(&mut sample.without.prices) {
        (row.mark, row.volume_units) = (change(row.mark), change(row.volume_units));
        row.forced_volume_units = change(row.forced_volume_units);
    }
    for row in &mut sample.tables.accounts {
        (row.equity_counted, row.mm) = (change(row.equity_counted), change(row.mm));
    }
    for row in &mut sample.tables.firms {
        row.value = change(row.value);
        row.cash_deliverable = change(row.cash_deliverable);
        row.calls_due = change(row.calls_due);
    }
    sample.tables.lenders.iter_mut().for_each(|row| row.unsold = change(row.unsold));
    sample.tables.cascade.iter_mut().for_each(|row| row.weight = change(row.weight));
    sample.summary.lenders.values_mut().for_each(|lender| lender.loss = change(lender.loss));
    sample.history.prices.iter_mut().for_each(|price| price.price = change(price.price));
    sample.history.losses.iter_mut().for_each(|loss| loss.amount = change(loss.amount));
    sample
}

#[test]
fn no_number_however_odd_stops_a_chart_or_reaches_it_as_no_number() {
    let odd: [fn(f64) -> f64; 7] =
        [|_| f64::NAN, |_| f64::INFINITY, |_| 0.0, |_| 5.0, |value| -value, |value| value * 1e15, |value| value * 1e-9];
    for change in odd {
        let sample = bent(change);
        let picture = sample.picture();
        for figure in figures(&View::of(&picture)) {
            let svg = render::svg(&figure.scene, &figure.title);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", figure.name);
            assert!(figure.scene.height < 2_000.0, "{}", figure.name);
        }
    }
}

#[test]
fn one_tick_of_one_instrument_is_no_chart_and_two_are() {
    let mut sample = sample::crash();
    let mut one = Tables { prices: sample.tables.prices[..1].to_vec(), ..Tables::default() };
    sample.without = Tables::default();
    sample.summary = Summary::default();
    sample.history.losses.clear();
    sample.tables = one.clone();
    assert_eq!(figures(&View::of(&sample.picture())).len(), 0);
    one.prices.push(sample::crash().tables.prices[3].clone());
    sample.tables = one;
    let names: Vec<String> = figures(&View::of(&sample.picture())).into_iter().map(|figure| figure.name).collect();
    assert_eq!(names, ["price_media"]);
}

#[test]
fn a_chart_drawn_alone_is_the_one_among_all_and_every_unknown_name_is_told() {
    let sample = sample::crash();
    let picture = sample.picture();
    let all = draw_all(&picture);
    let one = draw_only(&picture, &["cascade".into(), "cascade".into()], None).unwrap();
    assert_eq!(one.len(), 1);
    assert!(all.contains(&one[0]));
    // On a page of a stated size, as its first line says.
    let sized = draw_only(&picture, &["cascade".into()], Some((1_601, 900))).unwrap().remove(0);
    assert!(sized.svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800.5\" height=\"450\""));
    let side = |at: usize| u32::from_be_bytes(sized.png[at..at + 4].try_into().unwrap());
    assert_eq!((side(16), side(20)), (1_601, 900), "the header of a PNG tells its size");
    let none = draw_only(&picture, &["cascade".into(), "cascad".into(), String::new()], None).unwrap_err();
    assert_eq!(none.unknown, ["cascad", ""]);
    assert_eq!(none.known, all.into_iter().map(|chart| chart.name).collect::<Vec<_>>());
}

#[test]
fn ids_that_share_a_file_stem_do_not_share_a_file() {
    let mut sample = sample::crash();
    for row in &mut sample.tables.prices {
        row.instrument = row.instrument.replace("MEDIA", "A/B").replace("CABLE", "A B");
    }
    let mut names: Vec<String> = draw_all(&sample.picture()).into_iter().map(|chart| chart.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// Without a numbered event nothing parts the legend from the plot but its own room.
#[test]
fn what_prices_are_counted_in_lies_on_no_other_words() {
    let mut sample = sample::crash();
    sample.shocks.clear();
    for figure in price::draw(&View::of(&sample.picture())) {
        let texts: Vec<(scene::Point, f64, &str)> = figure.scene.marks.iter().filter_map(text).collect();
        let unit = texts.iter().find(|(.., text)| *text == "USD").expect("prices are counted in something");
        // It ends where it is set; what else ends or begins in its reach lies a line off.
        let reach = (unit.0.0 - 40.0, unit.0.0);
        let near = |(at, wide, text): &&(scene::Point, f64, &str)| {
            *text != "USD" && at.0 - wide < reach.1 && at.0 + wide > reach.0 && (at.1 - unit.0.1).abs() < 12.0
        };
        assert_eq!(texts.iter().find(near), None, "{}", figure.name);
    }
}

/// Its foot, no less than its width, and what it says.
fn text(mark: &scene::Mark) -> Option<(scene::Point, f64, &str)> {
    match mark {
        scene::Mark::Text { at, text, .. } => Some((*at, theme::width_of(text, theme::LABEL), text)),
        _ => None,
    }
}
