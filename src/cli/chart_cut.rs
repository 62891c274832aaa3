//! `--from`, `--to` and `--size` of `firesale chart`: what is wrong with them is found at once.

use super::args::ChartArgs;
use super::status::Failure;
use chart::{Window, words};
use language::findings::Finding;

/// Pixels along a side: less cannot be read, and more is no picture any longer.
const SIDES: std::ops::RangeInclusive<u32> = 200..=4_000;

/// What is drawn, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub window: Window,
    pub size: Option<(u32, u32)>,
}

/// # Errors
/// With everything that is wrong with the three.
pub fn cut(args: &ChartArgs) -> Result<Cut, Failure> {
    let mut findings: Vec<Finding> = Vec::new();
    let given = [("--from", &args.from), ("--to", &args.to), ("--size", &args.size)];
    if args.only.is_empty() {
        for (option, value) in given.into_iter().filter_map(|(option, value)| Some((option, value.as_ref()?))) {
            let path = format!("{option} {value}");
            let remedy = "name the charts with --only";
            findings.push(Finding::at(path, "it goes with charts that are drawn alone", remedy));
        }
    }
    let mut moment = |option: &str, text: &Option<String>, of_day: i64| {
        let text = text.as_ref()?;
        let second = words::seconds(text);
        if second.is_none() {
            let path = format!("{option} {text}");
            findings.push(Finding::at(path, "this is no moment", "write it as \"2021-03-25 10:30\", or a day alone"));
        }
        Some(second? + if words::is_date(text) { of_day } else { 0 })
    };
    let from = moment("--from", &args.from, 0);
    // The last second of the day.
    let to = moment("--to", &args.to, 86_399);
    if let (Some(start), Some(end)) = (from, to)
        && start >= end
    {
        let path = format!("--to {}", args.to.as_deref().unwrap_or_default());
        findings.push(Finding::at(path, "it does not lie after --from", "give the later moment as --to"));
    }
    let size = args.size.as_ref().and_then(|text| {
        let sides = text.split_once('x').and_then(|(wide, high)| Some((wide.parse().ok()?, high.parse().ok()?)));
        let size = sides.filter(|(wide, high)| SIDES.contains(wide) && SIDES.contains(high));
        if size.is_none() {
            let reason = format!("this is no size from {0}x{0} to {1}x{1} pixels", SIDES.start(), SIDES.end());
            findings.push(Finding::at(format!("--size {text}"), reason, "write it as 1600x900"));
        }
        size
    });
    if findings.is_empty() {
        return Ok(Cut { window: Window { from, to }, size });
    }
    Err(Failure::World { name: "options".into(), text: String::new(), findings })
}

#[cfg(test)]
mod tests {
    use super::super::args::ShownArgs;
    use super::*;

    fn of(only: &[&str], from: Option<&str>, to: Option<&str>, size: Option<&str>) -> Result<Cut, Vec<String>> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let args = ChartArgs {
            run: "run".into(),
            only: only.iter().map(|name| (*name).to_owned()).collect(),
            from: owned(from),
            to: owned(to),
            size: owned(size),
            shown: ShownArgs::default(),
        };
        cut(&args).map_err(|failure| match failure {
            Failure::World { findings, .. } => findings.into_iter().map(|finding| finding.path).collect(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_day_alone_is_the_whole_of_it() {
        let cut = of(&["price"], Some("2021-03-25"), Some("2021-03-25"), Some("1600x900")).unwrap();
        let (from, to) = (cut.window.from.unwrap(), cut.window.to.unwrap());
        assert_eq!((to - from, cut.size), (86_399, Some((1_600, 900))));
        let cut = of(&["price"], Some("2021-03-25 10:30"), Some("2021-03-25 11:30"), None).unwrap();
        assert_eq!((cut.window.to.unwrap() - cut.window.from.unwrap(), cut.size), (3_600, None));
    }

    #[test]
    fn everything_that_is_wrong_is_found_at_once() {
        let wrong = of(&[], Some("noon"), Some("2021-03-25"), Some("1600"));
        let told = ["--from noon", "--to 2021-03-25", "--size 1600", "--from noon", "--size 1600"];
        assert_eq!(wrong.unwrap_err(), told);
        assert_eq!(of(&["p"], Some("2021-03-26"), Some("2021-03-25"), None).unwrap_err(), ["--to 2021-03-25"]);
        for size in ["0x0", "1600x", "1600x900x2", "100x900", "4001x900", "-1x5", "wide"] {
            assert_eq!(of(&["p"], None, None, Some(size)).unwrap_err(), [format!("--size {size}")]);
        }
        assert!(of(&[], None, None, None).is_ok());
    }
}
