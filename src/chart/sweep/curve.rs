//! One path: a figure along it with its band, or figures of one unit in one frame.

use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, Sign, WIDTH};
use super::super::view::Figure;
use super::super::words;
use super::frame::{Scale, banded, key, page, place};
use super::said::{course, label, meaning, name, number, origin, shown, what};
use results::sweep::{Band, Shape, Swept};

pub fn curve(of: &Swept, bands: &[Band]) -> Option<Figure> {
    let path = of.paths.first()?;
    let course = course(of, path, bands)?;
    let title = theme::first_heading([course.whole(), course.ends]);
    let seeds = if of.seeds > 1 {
        format!(", {} to a value", words::counted(of.seeds, "seed", "seeds"))
    } else {
        String::new()
    };
    let scale = Scale::of(&bands.iter().collect::<Vec<_>>(), of);
    let subtitle = format!("{} Against {}{seeds}.{}", meaning(of), label(path), scale.said());
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &key(of, bands));
    let plot = page(&mut scene, y, of, path, scale);
    banded(&mut scene, &plot, path, bands, scale);
    theme::footing(&mut scene, &origin(of), plot.bottom + 46.0);
    let caption = match bands.iter().any(|band| band.n > 1) {
        true => {
            "Each disc is the median of the runs with one value; the band holds all but the lowest and the highest \
             twentieth of them. Where the band is wide, chance decides."
        }
        false => "Each disc is the one run with its value: what chance does to it, only more seeds can tell.",
    }
    .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

/// Figures of one unit along one path, in one frame; nothing where there are fewer than two of them.
pub fn together(all: &[Swept]) -> Option<Figure> {
    let first = all.first()?;
    // A price is no sum of money, though both are in the currency.
    let kind = |of: &Swept| (of.unit.clone(), results::meanings::unit_of(&of.figure));
    let of_one = |of: &&Swept| of.paths == first.paths && kind(of) == kind(first) && of.runs > 0;
    let lines: Vec<(&Swept, &Vec<Band>)> = all
        .iter()
        .filter(of_one)
        .filter_map(|of| match &of.shape {
            Shape::Curve(bands) => Some((of, bands)),
            _ => None,
        })
        .take(theme::PEERS.len())
        .collect();
    let path = first.paths.first()?;
    if lines.len() < 2 {
        return None;
    }
    let largest = |place: usize| {
        let there = lines.iter().filter(|(_, bands)| bands[place].n > 0);
        there.max_by(|(_, one), (_, other)| one[place].median.total_cmp(&other[place].median)).copied()
    };
    let mut ends = (0..path.at.len()).filter_map(|place| Some((place, largest(place)?)));
    let (from, at_first) = ends.next()?;
    let (to, at_last) = ends.next_back()?;
    let told = |place: usize, (of, bands): (&Swept, &Vec<Band>)| {
        format!("at {} {} ({})", shown(path, &path.names[place]), what(of), number(bands[place].median, of))
    };
    let title = format!("The largest is {} and {}", told(from, at_first), told(to, at_last));
    let seeds = if first.seeds > 1 {
        format!("Medians of {}", words::counted(first.seeds, "seed", "seeds"))
    } else {
        "One run a value".into()
    };
    let medians: Vec<Band> = lines
        .iter()
        .flat_map(|(_, bands)| bands.iter())
        .map(|band| Band { low: band.median, high: band.median, ..*band })
        .collect();
    let scale = Scale::of(&medians.iter().collect::<Vec<_>>(), first);
    let subtitle = format!("{seeds}, against {}.{}", label(path), scale.said());
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let names: Vec<String> = lines.iter().map(|(of, _)| what(of)).collect();
    let key: Vec<(Sign, &str)> =
        names.iter().enumerate().map(|(place, name)| (theme::peer(place).2, name.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &key);
    let plot = page(&mut scene, y, first, path, scale);
    for (index, (_, bands)) in lines.iter().enumerate() {
        let there = path.at.iter().zip(*bands).filter(|(_, band)| band.n > 0);
        let points: Vec<_> = there.map(|(at, band)| plot.at(place(path, *at), scale.place(band.median))).collect();
        let (ink, dash, _) = theme::peer(index);
        for point in &points {
            scene.disc(*point, 4.0, ink);
        }
        scene.stroke(points, ink, 2.25, dash);
    }
    theme::footing(&mut scene, &origin(first), plot.bottom + 46.0);
    let caption = "One line for each figure, all on one scale: where lines cross, another takes the lead. Each disc is the median of the \
                   runs with one value."
        .to_owned();
    Some(Figure { name: "together".into(), title, caption, scene })
}
