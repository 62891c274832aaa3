//! `firesale chart RUN`: the charts and the page of a finished run, drawn again in place; or the chart of a sweep.
//!
//! The world is read from the manifest, not from where it once lay. Each file is replaced whole.

use super::args::ChartArgs;
use super::chart_cut::cut;
use super::numbers::{counted, plain};
use super::status::{Failure, Status};
use super::stop;
use super::sweep::{Shown, show, unreadable};
use super::terminal::Terminal;
use crate::pictures::{self, Wanted};
use crate::sweep::table::Table;
use chart::{NoSuchChart, Window};
use files::finished::Finished;
use files::folder::{FolderError, StagedFile};
use files::manifest::{FileEntry, Manifest, sha256};
use ground::shown::shown;
use language::text::Override;
use serde_json::json;
use std::fs;
use std::path::Path;
use world::replay::data::DATA_FOLDER;
use world::{self, Loaded, Origin, Source};

pub fn chart(args: &ChartArgs, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let folder = &args.run;
    let cut = cut(args)?;
    if folder.is_file() {
        if !args.only.is_empty() {
            return Err(Failure::Input {
                what: format!("--only {}", args.only.join(",")),
                reason: "it goes with the folder of a run".into(),
                remedy: "name a figure of the sweep with --figure instead".into(),
            });
        }
        let table = Table::open(folder).map_err(|reason| unreadable(folder, reason))?;
        return show(&table, folder, &Shown::plain(&args.shown, true), terminal).map(|_| Status::Done);
    }
    if let Some(figure) = args.shown.figure.first() {
        return Err(Failure::Input {
            what: format!("--figure {figure}"),
            reason: "it goes with the table of a sweep".into(),
            remedy: "leave it out, or give such a table".into(),
        });
    }
    let mut run = Finished::read(folder).map_err(|error| Failure::Input {
        what: error.path.display().to_string(),
        reason: error.reason,
        remedy: error.remedy,
    })?;
    let plan = world_of(&run.manifest, folder)?.plan;
    let (charts, page) = if args.only.is_empty() {
        let wanted = || !stop::asked();
        let all = pictures::draw(&plan, &run.summary, &run.tables, run.without.as_ref(), &run.manifest.world, &wanted);
        // The charts that stand there are all of one kind, and stay.
        let Some((charts, page)) = all else { return Ok(Status::Stopped) };
        (charts, Some(page))
    } else {
        let tables = cut.window.of_tables(run.tables);
        let without = run.without.map(|tables| cut.window.of_tables(tables));
        let wanted = Wanted { names: &args.only, window: cut.window, size: cut.size };
        let only = pictures::only(&plan, &run.summary, &tables, without.as_ref(), &wanted);
        (only.map_err(|names| no_such_chart(names, cut.window))?, None)
    };

    let mut files: Vec<(String, &[u8])> = Vec::new();
    for chart in &charts {
        files.push((format!("charts/{}.svg", chart.name), chart.svg.as_bytes()));
        files.push((format!("charts/{}.png", chart.name), &chart.png));
    }
    files.extend(page.as_ref().map(|page| ("report.html".to_owned(), page.as_bytes())));
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    replace(folder, &mut run.manifest, files)
        .map_err(|error| Failure::of_output(error, "the files not yet replaced are as they were"))?;

    if terminal.json {
        terminal.result(&format!("{:#}\n", json!({ "folder": folder.display().to_string(), "files": names })));
    } else {
        let drawn = counted(charts.len() as u64, "chart");
        terminal.note(&match page {
            Some(_) => format!("drew {drawn} and {}", folder.join("report.html").display()),
            None => format!("drew {drawn} in {}", folder.join("charts").display()),
        });
    }
    Ok(Status::Done)
}

fn no_such_chart(names: NoSuchChart, window: Window) -> Failure {
    let quoted = |names: &[String]| names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
    Failure::Input {
        what: "--only".into(),
        reason: match window.said() {
            None => format!("this run has no chart {}", quoted(&names.unknown).join(" and none ")),
            Some(said) => format!(
                "{}, this run has no chart {}",
                plain(&chart::words::lower(&said)),
                quoted(&names.unknown).join(" and none ")
            ),
        },
        remedy: if names.known.is_empty() && window != Window::ALL {
            "leave out --from and --to, or give a stretch in which the run has rows".into()
        } else if names.known.is_empty() {
            "leave it out: the run has nothing to draw".into()
        } else {
            format!("choose among {}", quoted(&names.known).join(", "))
        },
    }
}

/// The world as the run had it, overrides and all.
pub fn world_of(manifest: &Manifest, folder: &Path) -> Result<Loaded, Failure> {
    let foreign = |reason: String| Failure::Input {
        what: folder.join("manifest.json").display().to_string(),
        reason,
        remedy: "run the world again".into(),
    };
    let overrides = manifest.overrides.iter().map(|set| set.parse::<Override>().map_err(foreign));
    let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
    let origin = if manifest.world.built_in {
        Origin::BuiltIn
    } else {
        Origin::File(folder.join(DATA_FOLDER).join("world.ron"))
    };
    let source = Source { name: manifest.world.name.clone(), text: manifest.world.text.clone(), origin };
    Ok(world::load_source(source, &overrides)?)
}

/// Replaces the files, and their entries in the manifest.
fn replace(folder: &Path, manifest: &mut Manifest, files: Vec<(String, &[u8])>) -> Result<(), FolderError> {
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(|source| FolderError::Io { doing: "create", path: charts, source })?;
    for (name, bytes) in files {
        StagedFile::open(&folder.join(&name))?.place(bytes, true)?;
        let entry = FileEntry { path: name, rows: None, sha256: Some(sha256(bytes)) };
        match manifest.files.iter_mut().find(|known| known.path == entry.path) {
            Some(known) => *known = entry,
            None => manifest.files.push(entry),
        }
    }
    StagedFile::open(&folder.join("manifest.json"))?.place(manifest.to_json().as_bytes(), true)
}
