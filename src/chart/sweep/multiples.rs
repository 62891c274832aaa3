//! Many paths: the figure along each of them, on one scale.

use super::super::grid::{Grid, columns};
use super::super::panel::Panel;
use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, WIDTH};
use super::super::view::Figure;
use super::super::words::lower;
use super::frame::{Scale, across, banded, key, value_names};
use super::said::{course, label, meaning, name, origin, spoken};
use results::sweep::{Band, Swept};

pub fn multiples(of: &Swept, panels: &[Vec<Band>]) -> Option<Figure> {
    // The path along which the medians move most.
    let reach = |bands: &[Band]| {
        let medians = || bands.iter().filter(|band| band.n > 0).map(|band| band.median);
        medians().fold(f64::NEG_INFINITY, f64::max) - medians().fold(f64::INFINITY, f64::min)
    };
    let most = (0..panels.len()).max_by(|a, b| reach(&panels[*a]).total_cmp(&reach(&panels[*b])))?;
    let course = course(of, &of.paths[most], &panels[most])?;
    let title = format!("What matters most is {}: {}", spoken(&of.paths[most]), lower(&course));
    let scale = Scale::of(&panels.iter().flatten().collect::<Vec<_>>(), of);
    let subtitle = format!(
        "{} Against each of what varied, over all values of the others{}.{}",
        meaning(of),
        if of.sampled { ", in ten stretches" } else { "" },
        scale.said()
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &key(of));
    let axis = scale.width(of, 4) + 10.0;
    let up = scale.up;
    let across_page = columns(panels.len(), 3);
    let grid = Grid { columns: across_page, top: y + 8.0, axis, head: 24.0, plot_height: 170.0, foot: 30.0 };
    for (index, (path, bands)) in of.paths.iter().zip(panels).enumerate() {
        let cell = grid.cell(index);
        let plot =
            Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: across(path), up };
        let head = theme::fit(label(path), theme::PANEL, cell.right - cell.left + axis);
        scene.text((cell.left - axis + 4.0, cell.top - 8.0), head, theme::PANEL);
        scale.axis(&mut scene, &plot, 4, of);
        value_names(&mut scene, &plot, path, 5);
        banded(&mut scene, &plot, path, bands, scale);
    }
    theme::footing(&mut scene, &origin(of), grid.bottom(panels.len()));
    let caption = "All panels share their upright scale. A flat panel says that what varies there hardly matters; a band as wide \
                   as the page says that the others, or chance, do."
        .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}
