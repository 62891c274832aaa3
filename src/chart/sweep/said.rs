//! A sweep in words: what its figure is called, what varies, and how the one goes with the other.

use super::super::words::{self, upper};
use results::sweep::{Band, Swept, SweptPath};

pub fn name(of: &Swept) -> String {
    words::stem(&of.figure.replace('.', "-"))
}

pub fn number(value: f64, of: &Swept) -> String {
    words::in_unit(value, if of.unit == "true or false" { "number" } else { &of.unit }, &of.currency)
}

pub fn origin(of: &Swept) -> String {
    let lacking = match of.lacking {
        0 => String::new(),
        lacking => format!(", of which {} have no such figure", words::counted(lacking, "run", "runs")),
    };
    format!("Firesale, {}, {}{lacking}", of.world, words::counted(of.runs + of.lacking, "run", "runs"))
}

/// The figure as a sentence has it.
pub fn what(of: &Swept) -> String {
    let figure = of.figure.as_str();
    let named = figure.strip_prefix("instruments.").and_then(|rest| rest.rsplit_once('.'));
    match (figure, named) {
        ("lenders.total_loss", _) => "loss of all lenders".to_owned(),
        ("cascade.size" | "accounts.breached", _) => "number of accounts that broke".to_owned(),
        ("liquidations.notional", _) => "value of forced orders".to_owned(),
        (_, Some((name, "fall_compared"))) => format!("fall of {name}"),
        (_, Some((name, "rise_compared"))) => format!("rise of {name}"),
        (_, Some((name, last @ ("drawdown" | "rise")))) => format!("{last} of {name}"),
        (layer, _) if layer.starts_with("waterfall.") => {
            format!("payment by {}", layer["waterfall.".len()..].replace('_', " "))
        }
        (loss, _) if loss.starts_with("lenders.") && loss.ends_with(".loss") => {
            format!("loss of {}", &loss["lenders.".len()..loss.len() - ".loss".len()])
        }
        _ => words::quantity(figure),
    }
}

/// What is drawn, by the one list of meanings.
pub fn meaning(of: &Swept) -> String {
    match results::meanings::meaning(&of.figure) {
        "" => format!("{}.", upper(&what(of))),
        meaning => meaning.to_owned(),
    }
}

/// Medians along a path in words.
pub struct Course {
    /// From the first value to the last.
    pub ends: String,
    /// What of the way between is worth telling, behind a comma; may be empty.
    pub by_way: String,
}

impl Course {
    pub fn whole(&self) -> String {
        format!("{}{}", self.ends, self.by_way)
    }
}

pub fn course(of: &Swept, path: &SweptPath, bands: &[Band]) -> Option<Course> {
    let there: Vec<usize> = (0..bands.len()).filter(|place| bands[*place].n > 0).collect();
    let (first, last) = (*there.first()?, *there.last()?);
    let (from, to) = (bands[first].median, bands[last].median);
    let (from_text, to_text) = (number(from, of), number(to, of));
    let (least, most) = (path.names[first].as_str(), path.names[last].as_str());
    if !path.numeric {
        let high = there.iter().copied().max_by(|a, b| bands[*a].median.total_cmp(&bands[*b].median))?;
        let low = there.iter().copied().min_by(|a, b| bands[*a].median.total_cmp(&bands[*b].median))?;
        let ends = format!(
            "{} is {} with {} and {} with {}",
            upper(&what(of)),
            number(bands[high].median, of),
            path.names[high],
            number(bands[low].median, of),
            path.names[low]
        );
        return Some(Course { ends, by_way: String::new() });
    }
    // On the way it may be higher or lower than at either end.
    let beyond = |place: &&usize| {
        let (median, spread) = (bands[**place].median, (to - from).abs());
        let past = (median - from.max(to)).max(from.min(to) - median);
        past > 0.1 * spread && number(median, of) != from_text && number(median, of) != to_text
    };
    let far = |place: &usize| (bands[*place].median - f64::midpoint(from, to)).abs();
    let turn = there.iter().filter(beyond).max_by(|one, other| far(one).total_cmp(&far(other)));
    let by_way = turn.map_or_else(String::new, |place| {
        format!(", by way of {} at {}", number(bands[*place].median, of), path.names[*place])
    });
    // Where half of the way and more is made in one step, the step is what there is to see.
    let steps = there.windows(2).map(|pair| (pair[0], pair[1], bands[pair[1]].median - bands[pair[0]].median));
    let steepest = steps.max_by(|one, other| one.2.abs().total_cmp(&other.2.abs()));
    let cliff =
        steepest.filter(|(_, _, step)| there.len() > 3 && turn.is_none() && step.abs() > 0.5 * (to - from).abs());
    let by_way = cliff.map_or(by_way, |(before, after, _)| {
        format!(", most of it between {} and {}", path.names[before], path.names[after])
    });
    let ends = if from_text == to_text {
        format!("{} is {from_text} at {} of {least} and of {most}", upper(&what(of)), spoken(path))
    } else {
        let verb = if to > from { "rises" } else { "falls" };
        format!(
            "{} {verb} from {from_text} to {to_text} as {} goes from {least} to {most}",
            upper(&what(of)),
            spoken(path)
        )
    };
    Some(Course { ends, by_way })
}

/// `leverage 6`.
fn named(path: &SweptPath, place: usize) -> String {
    let shown = shown(path, &path.names[place]);
    match (path.label.as_str(), path.numeric) {
        ("", _) if path.path.contains('[') => format!("{} {shown}", spoken(path)),
        ("", _) => format!("{} {shown}", path.path.rsplit('.').next().unwrap_or(&path.path).replace('_', " ")),
        (_, false) => shown,
        (label, true) => format!("{label} {shown}"),
    }
}

/// Two of them, by more of their paths where the last words are the same.
pub fn named_apart(one: (&SweptPath, usize), other: (&SweptPath, usize)) -> (String, String) {
    let (first, second) = (named(one.0, one.1), named(other.0, other.1));
    let last = |path: &SweptPath| path.path.rsplit('.').next().map(str::to_owned);
    if last(one.0) != last(other.0) || !(one.0.label.is_empty() && other.0.label.is_empty()) {
        return (first, second);
    }
    let longer = |(path, place): (&SweptPath, usize)| format!("{} {}", spoken(path), shown(path, &path.names[place]));
    (longer(one), longer(other))
}

/// What varies, beside an axis.
pub fn label(path: &SweptPath) -> &str {
    if path.label.is_empty() { &path.path } else { &path.label }
}

/// The same in a sentence.
pub fn spoken(path: &SweptPath) -> String {
    if path.label.is_empty() { words::spoken(&path.path) } else { path.label.clone() }
}

/// A value as an axis writes it.
pub fn shown(path: &SweptPath, name: &str) -> String {
    if path.numeric { name.parse().map_or_else(|_| name.to_owned(), varied) } else { name.to_owned() }
}

/// A number that was varied: however small, it is not nothing.
pub fn varied(value: f64) -> String {
    if value.abs() < 0.001 { words::figure(value) } else { words::short(value) }
}
