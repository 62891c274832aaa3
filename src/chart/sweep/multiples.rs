//! Many paths: the figure along each of them, on one scale.

use super::super::grid::{Grid, columns};
use super::super::panel::Panel;
use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, WIDTH};
use super::super::view::Figure;
use super::super::words::{listed, lower, upper};
use super::frame::{Scale, across, banded, key, value_names};
use super::said::{course, label, meaning, name, number, origin, spoken, what};
use results::sweep::{Along, Swept};

/// Of two of which the one tells no more than this beyond the other, none matters more.
const NEAR: f64 = 0.05;

pub fn multiples(of: &Swept, panels: &[Along]) -> Option<Figure> {
    let title = title(of, panels)?;
    let scale = Scale::of(&panels.iter().flat_map(|along| &along.bands).collect::<Vec<_>>(), of);
    let subtitle = format!(
        "{} Against each of what varied, over all values of the others{}.{}",
        meaning(of),
        if of.sampled { ", in ten stretches" } else { "" },
        scale.said()
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &key(of, panels.iter().flat_map(|along| &along.bands)));
    let axis = scale.width(of, 4) + 10.0;
    let up = scale.up;
    let across_page = columns(panels.len(), 3);
    let grid = Grid { columns: across_page, top: y + 8.0, axis, head: 24.0, plot_height: 170.0, foot: 30.0 };
    for (index, (path, along)) in of.paths.iter().zip(panels).enumerate() {
        let cell = grid.cell(index);
        let plot =
            Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: across(path), up };
        let head = theme::fit(label(path), theme::PANEL, cell.right - cell.left + axis);
        scene.text((cell.left - axis + 4.0, cell.top - 8.0), head, theme::PANEL);
        scale.axis(&mut scene, &plot, 4, of);
        value_names(&mut scene, &plot, path, 5);
        banded(&mut scene, &plot, path, &along.bands, scale);
    }
    theme::footing(&mut scene, &origin(of), grid.bottom(panels.len()));
    let caption = "All panels share their upright scale. A flat panel says that what varies there hardly matters; a band as wide \
                   as the page says that the others, or chance, do."
        .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

/// The path with which most of what the figure varies goes, and how the medians go along it.
fn title(of: &Swept, panels: &[Along]) -> Option<String> {
    let mut telling: Vec<usize> = (0..panels.len()).filter(|path| panels[*path].tells.is_some()).collect();
    // The first of those that tell as much stays first.
    telling.sort_by(|one, other| panels[*other].tells.partial_cmp(&panels[*one].tells).expect("shares are numbers"));
    let Some(most) = telling.first().copied() else {
        let all = panels.len();
        return Some(format!(
            "{} goes with none of the {all} that were varied, as far as these runs tell",
            upper(&what(of))
        ));
    };
    let near =
        |path: &&usize| panels[most].tells.zip(panels[**path].tells).is_some_and(|(most, own)| most - own <= NEAR);
    let as_much: Vec<String> = telling[1..].iter().filter(near).map(|path| spoken(&of.paths[*path])).collect();
    let beside = if as_much.is_empty() { String::new() } else { format!(", and {} hardly less", listed(&as_much)) };
    let named = format!("What matters most is {}{beside}", spoken(&of.paths[most]));
    let mut medians = panels[most].bands.iter().filter(|band| band.n > 0).map(|band| number(band.median, of));
    let first = medians.next()?;
    Some(match medians.all(|median| median == first) {
        true => format!("{named}, though the median is {first} all along it"),
        false => {
            let all = course(of, &of.paths[most], &panels[most].bands)?;
            let said = |named: &str, course: &str| format!("{named}: {}", lower(course));
            // What does not fit is left out whole, and not cut in its middle.
            let alone = format!("What matters most is {}", spoken(&of.paths[most]));
            let ways =
                [said(&named, &all.whole()), said(&named, &all.ends), said(&alone, &all.ends), named.clone(), alone];
            theme::first_heading(ways)
        }
    })
}
