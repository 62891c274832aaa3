//! What a sweep came to: a curve with its band for one path, a heat map with the line at which it tips for two, small
//! multiples beyond, and rule against rule.
//!
//! A curve is the median, its band is where ninety in a hundred runs lie. A map tips where its median crosses the middle
//! between the least and the most that it has.

mod curve;
mod frame;
mod map;
mod multiples;
mod rules;
mod said;

use super::view::Figure;
pub use curve::together;
use results::sweep::{Shape, Swept};

/// Nothing where nothing was varied, or no run has the figure.
pub fn draw(of: &Swept) -> Option<Figure> {
    if of.runs == 0 {
        return None;
    }
    match &of.shape {
        Shape::Curve(bands) => curve::curve(of, bands),
        Shape::Map(columns) => map::map(of, columns),
        Shape::Panels(panels) => multiples::multiples(of, panels),
        Shape::Alone(_) => None,
        Shape::Rules(differences) => rules::rules(of, differences),
    }
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::scene::Mark;
    use super::super::theme;
    use super::super::words;
    use super::*;
    use results::sweep::{Along, Band, Difference, Paired, SweptPath};

    fn band(median: f64) -> Band {
        Band { n: 10, median, low: median * 0.9, high: median * 1.1 }
    }

    fn path(path: &str, at: &[f64]) -> SweptPath {
        let names = at.iter().map(ToString::to_string).collect();
        SweptPath { path: path.into(), label: String::new(), names, at: at.to_vec(), numeric: true, log: false }
    }

    fn swept(paths: Vec<SweptPath>, shape: Shape) -> Swept {
        Swept {
            world: "two-funds".into(),
            currency: "USD".into(),
            figure: "instruments.acme.fall_compared".into(),
            unit: "ratio".into(),
            runs: 60,
            lacking: 0,
            seeds: 10,
            paths,
            sampled: false,
            shape,
        }
    }

    fn says(figure: &Figure, text: &str) -> bool {
        figure.scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text: own, .. } if own.contains(text)))
    }

    #[test]
    fn a_curve_says_from_where_to_where() {
        let of = swept(vec![path("traders.fund-a.leverage", &[2.0, 4.0])], Shape::Curve(vec![band(0.1), band(0.4)]));
        let figure = draw(&of).unwrap();
        assert_eq!(figure.title, "Fall of acme rises from 10\u{a0}% to 40\u{a0}% as fund-a leverage goes from 2 to 4");
        assert_eq!(figure.name, "instruments-acme-fall_compared");
        let bent = vec![path("traders.fund-a.leverage", &[2.0, 3.0, 4.0])];
        let figure = draw(&swept(bent, Shape::Curve(vec![band(0.1), band(0.9), band(0.4)]))).unwrap();
        assert!(figure.title.ends_with("goes from 2 to 4, by way of 90\u{a0}% at 3"), "{}", figure.title);
        assert!(says(&figure, "traders.fund-a.leverage"));
    }

    #[test]
    fn figures_of_one_unit_share_a_frame_and_the_title_tells_who_leads_at_either_end() {
        let one = |figure: &str, medians: [f64; 2]| {
            let paths = vec![path("traders.value.demand.coin.units", &[1.0, 2.0])];
            let shape = Shape::Curve(medians.map(band).to_vec());
            Swept { figure: figure.into(), unit: "USD".into(), ..swept(paths, shape) }
        };
        let fund = one("waterfall.insurance_fund", [1e6, 2e6]);
        let winners = one("waterfall.auto_deleveraging", [5e6, 0.0]);
        let figure = together(&[fund.clone(), winners]).unwrap();
        assert_eq!(
            figure.title,
            "The largest is at 1 payment by auto deleveraging ($5m) and at 2 payment by insurance fund ($2m)"
        );
        assert!(says(&figure, "payment by insurance fund"));
        let of_another_unit = Swept { unit: "ratio".into(), ..fund.clone() };
        assert_eq!(together(&[fund.clone(), of_another_unit]), None);
        let price = one("instruments.coin.end", [1.0, 2.0]);
        assert_eq!(together(&[fund, price]), None, "a price is no sum of money");
    }

    #[test]
    fn a_map_tips_where_its_median_crosses_the_middle_and_an_empty_cell_is_crossed_out() {
        let columns = vec![vec![band(0.1), band(0.1)], vec![band(0.5), Band::default()]];
        let of = swept(vec![path("a.b.c", &[1.0, 2.0]), path("d.e.f", &[1.0, 2.0])], Shape::Map(columns));
        let figure = draw(&of).unwrap();
        let thick =
            |mark: &&Mark| matches!(mark, Mark::Line { width, ink, .. } if *width == 3.0 && *ink == theme::HISTORY);
        // The one edge between a cell above and one below; none against the empty cell. One more in the key? It is thinner.
        assert_eq!(figure.scene.marks.iter().filter(thick).count(), 1);
        assert!(figure.title.contains("from 10\u{a0}% at c 1 and f 1 to 50\u{a0}% at c 2 and f 1"));
        assert!(says(&figure, "no run came to an end"));
        // Two paths with one last word are told apart by more of them.
        let of = Swept { paths: vec![path("a.one.c", &[1.0, 2.0]), path("a.two.c", &[1.0, 2.0])], ..of };
        assert!(draw(&of).unwrap().title.contains("at one c 1 and two c 1 to"), "{}", draw(&of).unwrap().title);
    }

    #[test]
    fn what_was_varied_is_never_written_as_nothing() {
        let small = SweptPath { log: true, ..path("a.b.c", &[0.000_01, 0.001, 0.1]) };
        let figure = draw(&swept(vec![small], Shape::Curve(vec![band(0.1), band(0.2), band(0.3)]))).unwrap();
        assert!(says(&figure, "0.00001") && says(&figure, "0.001"));
        let bare = |mark: &Mark| matches!(mark, Mark::Text { text, at, .. } if text == "0" && at.1 > 300.0);
        assert!(!figure.scene.marks.iter().any(bare));
    }

    #[test]
    fn what_spans_several_orders_of_magnitude_stands_on_factors() {
        let exact = |median: f64| Band { n: 3, median, low: median, high: median };
        let curve = |medians: [f64; 3]| {
            let paths = vec![path("a.b.c", &[1.0, 2.0, 3.0])];
            let shape = Shape::Curve(medians.map(exact).to_vec());
            draw(&Swept { figure: "instruments.luna.end".into(), unit: "USD".into(), ..swept(paths, shape) }).unwrap()
        };
        let heights = |figure: &Figure| -> Vec<f64> {
            let discs = figure.scene.marks.iter().filter_map(|mark| match mark {
                Mark::Disc { at, .. } => Some(at.1),
                _ => None,
            });
            discs.collect()
        };
        // Four orders: the middle one lies halfway.
        let figure = curve([0.000_08, 0.008, 0.8]);
        let [low, middle, high] = heights(&figure)[..] else { panic!("three discs") };
        assert!((f64::midpoint(low, high) - middle).abs() < 0.01, "{low} {middle} {high}");
        assert!(says(&figure, "$0.0001") && says(&figure, "logarithmic"));
        assert!(figure.title.contains("from $0.00008 to $0.80"), "{}", figure.title);
        // Two orders, or where it is nothing somewhere: a plain axis, on which the middle lies low.
        for medians in [[0.01, 0.1, 1.0], [0.0, 0.1, 1.0]] {
            let figure = curve(medians);
            assert!(!says(&figure, "logarithmic") && says(&figure, "$0.50"));
            let [low, middle, high] = heights(&figure)[..] else { panic!("three discs") };
            assert!(low - middle < 0.2 * (low - high));
        }
        // A map tips at the geometric middle of 1 and 10,000: 100, which is below the 500 of one cell.
        let columns = vec![vec![exact(1.0), exact(500.0)], vec![exact(1.0), exact(10_000.0)]];
        let of = swept(vec![path("a.b.c", &[1.0, 2.0]), path("d.e.f", &[1.0, 2.0])], Shape::Map(columns));
        let figure = draw(&Swept { unit: "number".into(), ..of }).unwrap();
        assert!(says(&figure, "above 100 on one side") && figure.caption.contains("geometric middle"));
    }

    #[test]
    fn the_path_that_matters_most_is_named_among_many() {
        let title = |told: [Option<f64>; 3]| {
            let medians = [[0.2, 0.2], [0.1, 0.5], [0.2, 0.3]];
            let along = |(medians, tells): ([f64; 2], Option<f64>)| Along { bands: medians.map(band).to_vec(), tells };
            let paths = ["a.b.c", "d.e.f", "g.h.i"].map(|name| path(name, &[1.0, 2.0])).to_vec();
            let panels = medians.into_iter().zip(told).map(along).collect();
            draw(&swept(paths, Shape::Panels(panels))).unwrap().title.replace(words::TIED, " ")
        };
        assert_eq!(
            title([None, Some(0.9), Some(0.1)]),
            "What matters most is e f: fall of acme rises from 10 % to 50 % as e f goes from 1 to 2"
        );
        // Not whose medians reach farthest, which by chance any may.
        assert!(title([None, Some(0.1), Some(0.9)]).starts_with("What matters most is h i: fall of acme rises"));
        // Two that matter as much are both named, and where none is above chance none is.
        assert_eq!(
            title([None, Some(0.41), Some(0.4)]),
            "What matters most is e f, and h i hardly less: fall of acme rises from 10 % to 50 % as e f goes from 1 to 2"
        );
        assert_eq!(
            title([None; 3]),
            "Fall of acme goes with none of the 3 that were varied, as far as these runs tell"
        );
        // What moves, but not in the median.
        assert_eq!(title([Some(0.9), None, None]), "What matters most is b c, though the median is 20 % all along it");
    }

    #[test]
    fn a_path_into_a_list_is_said_whole_and_a_title_is_cut_between_its_parts() {
        let long = "shocks[0].what.value.acme";
        let cliff = [0.05, 0.06, 0.5, 0.51].map(band);
        let flat = [0.2, 0.2, 0.2, 0.2].map(band);
        let paths =
            vec![path(long, &[-0.12, -0.1, -0.06, -0.044]), path("traders.fund-a.leverage", &[1.0, 2.0, 3.0, 4.0])];
        let panel = |bands: &[Band], tells| Along { bands: bands.to_vec(), tells: Some(tells) };
        let panels = vec![panel(&cliff, 0.4), panel(&flat, 0.39)];
        let title = draw(&swept(paths, Shape::Panels(panels))).unwrap().title.replace(words::TIED, " ");
        assert_eq!(
            title,
            "What matters most is shocks[0].what.value.acme, and fund-a leverage hardly less: fall of acme rises from 5 % \
             to 51 % as shocks[0].what.value.acme goes from -0.12 to -0.044"
        );
    }

    #[test]
    fn one_run_a_value_is_no_median() {
        let alone = [0.1, 0.5].map(|median| Band { n: 1, median, low: median, high: median });
        let figure = draw(&swept(vec![path("a.b.c", &[1.0, 2.0])], Shape::Curve(alone.to_vec()))).unwrap();
        assert!(figure.caption.starts_with("Each disc is the one run") && says(&figure, "one run each"));
        assert!(!says(&figure, "median"), "{}", figure.caption);
    }

    #[test]
    fn a_rule_is_sure_only_where_its_interval_does_not_hold_zero() {
        let rule = |low, high| Difference {
            rule: "a=1".into(),
            pairs: 10,
            came: Some(Paired {
                as_it_is: 0.3,
                under: 0.2,
                mean: (low + high) / 2.0,
                interval: Some((low, high)),
                needed: Some(20),
                precision: 0.01,
            }),
        };
        let title = |low, high| draw(&swept(vec![], Shape::Rules(vec![rule(low, high)]))).unwrap().title;
        assert_eq!(title(-0.14, -0.06), "a=1: fall of acme changes by −10\u{a0}points");
        assert_eq!(title(-0.14, 0.06), "No rule changes fall of acme for sure");
        // Of a rule without a pair nothing is known: it is none of those that are told, and has no disc.
        let mut unknown = vec![rule(-0.14, -0.06), Difference { rule: "b=1".into(), pairs: 0, came: None }];
        let figure = draw(&swept(vec![], Shape::Rules(unknown.clone()))).unwrap();
        assert_eq!(figure.title, "a=1: fall of acme changes by −10\u{a0}points; of b=1 no pair of runs tells");
        assert_eq!(
            figure.scene.marks.iter().filter(|mark| matches!(mark, Mark::Disc { .. })).count(),
            2,
            "in the key and of a=1"
        );
        assert!(says(&figure, "no pair of runs"));
        unknown.remove(0);
        assert_eq!(draw(&swept(vec![], Shape::Rules(unknown))), None);
        // A large difference that may be none does not hide a small one that is sure.
        let all = |bounds: &[(f64, f64)]| {
            let rules = bounds.iter().map(|(low, high)| rule(*low, *high)).collect();
            draw(&swept(vec![], Shape::Rules(rules))).unwrap().title
        };
        assert_eq!(
            all(&[(-0.9, 0.1), (-0.03, -0.01)]),
            "1 of 2\u{a0}rules lowers fall of acme for sure, by 2\u{a0}points: a=1"
        );
        assert_eq!(
            all(&[(-0.14, -0.06), (-0.03, -0.01), (-0.01, 0.01)]),
            "2 of 3\u{a0}rules lower fall of acme for sure, the most by 10\u{a0}points: a=1"
        );
        assert_eq!(
            all(&[(0.01, 0.03), (-0.14, -0.06)]),
            "Both rules change fall of acme for sure, the most by −10\u{a0}points: a=1"
        );
    }

    #[test]
    fn odd_numbers_reach_no_picture() {
        let odd = |median: f64| Band { n: 3, median, low: median, high: median };
        let curve = |bands| swept(vec![path("a.b.c", &[1.0, 2.0])], Shape::Curve(bands));
        let of = [
            curve(vec![odd(0.0), odd(0.0)]),
            curve(vec![Band::default(), Band::default()]),
            curve(vec![odd(1e18), odd(-1e18)]),
            swept(vec![path("a", &[1.0]), path("b", &[1.0])], Shape::Map(vec![vec![odd(0.0)]])),
        ];
        for figure in of.iter().filter_map(draw) {
            let svg = render::svg(&figure.scene, "sweep");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", figure.title);
        }
        assert_eq!(draw(&Swept { runs: 0, ..curve(vec![odd(0.0), odd(1.0)]) }), None);
    }
}
