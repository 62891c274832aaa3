//! `firesale probe WORLD`: what the market of a world is like before anything happens.

use super::args::ProbeArgs;
use super::cores;
use super::numbers::counted;
use super::progress::Progress;
use super::source;
use super::status::{Failure, Status};
use super::stop;
use super::table::Table;
use super::terminal::Terminal;
use crate::probe::figures::{Figure, Judged};
use crate::probe::shown::probed;
use crate::probe::tables::{figures_bytes, impact_bytes};
use crate::probe::{Found, Manner, Trouble, probe as measure, quiet};
use chart::probe_charts;
use engine::plan::Plan;
use files::folder::{Existing, FolderError, Staging};
use language::findings::Finding;
use language::text::near;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use world::{self, Loaded};

pub fn probe(args: &ProbeArgs, threads: Option<usize>, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let loaded = source::loaded(&args.world.world, &args.world.set, args.world.seed)?;
    let manner = manner(args, &loaded.plan)?;
    let about = &loaded.plan.instruments[manner.instrument.index()].name;
    let target = args.out.clone().unwrap_or_else(|| {
        let name = format!("probe-{about}-seed-{}-seeds-{}", manner.first_seed, manner.seeds);
        PathBuf::from("output").join(&loaded.plan.name).join(name)
    });
    let kept = "nothing was run or written";
    let staging = Staging::open(&target, Existing::Refuse).map_err(|error| Failure::of_output(error, kept))?;

    let label = format!("{}, {about}", loaded.plan.name);
    let progress = Progress::new(terminal, &label, "runs", manner.runs(&loaded.plan.probe));
    let all = || measure(&loaded, &manner, &stop::asked, &|| progress.step(1));
    let runs = manner.runs(&loaded.plan.probe);
    let jobs = cores::jobs(args.jobs, threads, usize::try_from(runs).unwrap_or(usize::MAX));
    let found = match rayon::ThreadPoolBuilder::new().num_threads(jobs).build() {
        Ok(pool) => pool.install(all),
        Err(_) => all(),
    };
    progress.finish();
    let found = match found {
        Ok(found) => found,
        Err(Trouble::Stopped) => return Ok(Status::Stopped),
        Err(trouble) => return Err(failure(trouble, &loaded)),
    };
    // A band is a promise of the world as shipped, over as many seeds as it says or more.
    let enforced = loaded.overrides.is_empty() && manner.seeds >= loaded.plan.probe.seeds;
    let folder = write(staging, &loaded, &manner, &found, enforced)
        .map_err(|error| Failure::of_output(error, "nothing was kept"))?;
    Ok(print(&loaded, &manner, &found, enforced, &folder, terminal))
}

fn manner(args: &ProbeArgs, plan: &Plan) -> Result<Manner, Failure> {
    let wanted = args.instrument.as_deref().or(plan.probe.instrument.as_deref());
    let instrument = quiet::instrument(plan, wanted).ok_or_else(|| {
        let with_price = plan.instruments.iter().filter(|about| about.kind.primary().is_some());
        let names: Vec<&str> = with_price.map(|about| about.name.as_str()).collect();
        Failure::Input {
            what: wanted.map_or_else(|| plan.name.clone(), |name| format!("--instrument {name}")),
            reason: format!("{} has no instrument of that name with a market of its own", plan.name),
            remedy: match wanted {
                Some(name) if !names.is_empty() => near::remedy(name, &names),
                _ => "name a world with an instrument that is traded".into(),
            },
        }
    })?;
    Ok(Manner {
        first_seed: args.world.seed.unwrap_or(plan.seed),
        seeds: args.seeds.unwrap_or(plan.probe.seeds),
        instrument,
        impact: !args.no_impact,
    })
}

fn failure(trouble: Trouble, loaded: &Loaded) -> Failure {
    match trouble {
        Trouble::World(findings) => Failure::World {
            name: format!("{}, without what it schedules", loaded.plan.name),
            text: loaded.text.clone(),
            findings: findings.into_iter().map(|it| Finding { place: None, range: None, ..it }).collect(),
        },
        Trouble::Fault(fault, seed) => {
            Failure::Fault { fault, during: format!("{}, probed with seed {seed}", loaded.plan.name) }
        }
        Trouble::Stopped => unreachable!("a stop is no failure"),
    }
}

fn write(
    mut staging: Staging,
    loaded: &Loaded,
    manner: &Manner,
    found: &Found,
    enforced: bool,
) -> Result<PathBuf, FolderError> {
    let plan = &loaded.plan;
    let rows = found.figures.len();
    staging.write("probe.parquet", &figures_bytes(found, plan), Some(rows))?;
    staging.write("impact.parquet", &impact_bytes(found), Some(found.runs.len()))?;
    let text = format!("{:#}\n", result(loaded, manner, found, enforced, None));
    staging.write("probe.json", text.as_bytes(), None)?;
    for chart in probe_charts(&probed(found, plan, manner.seeds)) {
        staging.write(&format!("charts/{}.svg", chart.name), chart.svg.as_bytes(), None)?;
        staging.write(&format!("charts/{}.png", chart.name), &chart.png, None)?;
    }
    staging.place()
}

/// For programs.
fn result(loaded: &Loaded, manner: &Manner, found: &Found, enforced: bool, out: Option<&Path>) -> Value {
    let plan = &loaded.plan;
    let figure = |row: &Figure| {
        json!({
            "quantity": row.name,
            "horizon": row.horizon,
            "value": row.value,
            "low": row.interval.map(|(low, _)| low),
            "high": row.interval.map(|(_, high)| high),
            "typical": row.typical,
            "source": row.source,
        })
    };
    let size = |size: &crate::probe::impact_curve::Size| {
        json!({
            "size_of_day": size.share,
            "worked_seconds": i64::from(size.over) * found.scales.tick,
            "peak_days": size.peak,
            "peak_error": size.peak_error,
            "after_days": size.after,
            "after_error": size.after_error,
            "runs": size.runs,
        })
    };
    let band = |band: &Judged| {
        json!({
            "quantity": format!("{:?}", band.what),
            "min": band.min,
            "max": band.max,
            "measured": band.measured,
            "met": band.met,
            "enforced": enforced,
            "why": band.why,
        })
    };
    let overrides: Vec<String> = loaded.overrides.iter().map(|set| format!("{} = {}", set.path, set.value)).collect();
    let mut value = json!({
        "world": plan.name,
        "instrument": plan.instruments[found.instrument.index()].name,
        "overrides": overrides,
        "first_seed": manner.first_seed,
        "seeds": manner.seeds,
        "figures": found.figures.iter().map(figure).collect::<Vec<_>>(),
        "impact": found.curve.sizes.iter().map(size).collect::<Vec<_>>(),
        "expect": found.judged.iter().map(band).collect::<Vec<_>>(),
    });
    if let Some(out) = out {
        value["out"] = json!(out.display().to_string());
    }
    value
}

fn print(
    loaded: &Loaded,
    manner: &Manner,
    found: &Found,
    enforced: bool,
    folder: &Path,
    terminal: &Terminal,
) -> Status {
    let missed = found.judged.iter().filter(|band| !band.met);
    if terminal.json {
        terminal.result(&format!("{:#}\n", result(loaded, manner, found, enforced, Some(folder))));
    } else if !terminal.quiet {
        terminal.result(&text(&loaded.plan, manner, found, enforced, (folder, terminal.width)));
    }
    let mut status = Status::Done;
    for band in missed.filter(|_| enforced) {
        let measured =
            band.measured.map_or_else(|| "could not be measured".into(), |value| format!("is {}", short(value)));
        let (min, max) = (short(band.min), short(band.max));
        terminal.complain(&format!("firesale: {:?} {measured}, not from {min} to {max}: {}\n", band.what, band.why));
        status = Status::Failed;
    }
    status
}

/// Four digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "-".into(),
        0.0 => "0".into(),
        size if !(1e-4..1e5).contains(&size) => format!("{value:.2e}"),
        size if size >= 1_000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.2}"),
        size if size >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.5}"),
    }
}

fn range(interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(String::new, |(low, high)| format!("{} to {}", short(low), short(high)))
}

fn text(plan: &Plan, manner: &Manner, found: &Found, enforced: bool, (folder, width): (&Path, usize)) -> String {
    let about = &plan.instruments[found.instrument.index()];
    let seeds = counted(u64::from(manner.seeds), "seed");
    let mut text = format!("The market of {} in {} before anything happens, over {seeds}\n\n", about.name, plan.name);
    let mut table = Table::new(&["figure", "measured", "95 % interval", "typical"]);
    for row in &found.figures {
        let name = row.name.replace('_', " ");
        let name = if row.horizon.is_empty() { name } else { format!("{name}, {}", row.horizon) };
        table.row(vec![name, short(row.value), range(row.interval), row.typical.to_owned()]);
    }
    let mut lines = table.lines(width);
    if !found.curve.sizes.is_empty() {
        lines.push(String::new());
        let mut table = Table::new(&["order of daily volume", "worked", "peak impact", "error", "after rest", "error"]);
        for size in &found.curve.sizes {
            table.row(vec![
                short(size.share),
                found.scales.words(size.over as usize),
                short(size.peak),
                short(size.peak_error),
                short(size.after),
                short(size.after_error),
            ]);
        }
        lines.extend(table.lines(width));
        lines.push("  Impact in units of daily volatility.".into());
    }
    if !found.judged.is_empty() {
        lines.push(String::new());
        let mut table = Table::new(&["expected", "measured", "from", "to", ""]);
        for band in &found.judged {
            let verdict = match (band.met, enforced) {
                (true, _) => "met",
                (false, true) => "MISSED",
                (false, false) => "missed, not enforced",
            };
            let measured = band.measured.map_or_else(|| "-".into(), short);
            table.row(vec![format!("{:?}", band.what), measured, short(band.min), short(band.max), verdict.into()]);
        }
        lines.extend(table.lines(width));
    }
    text += &lines.join("\n");
    text += &format!("\n\nSee {}\n", folder.join("charts").display());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_count() {
        let shown = [0.0, 0.000_012_3, 0.012_34, 0.567_89, 12.345, 4_321.0, 1.234e7].map(short);
        assert_eq!(shown, ["0", "1.23e-5", "0.01234", "0.568", "12.35", "4321", "1.23e7"]);
        // What has no number, as the impact in days of a volatility that is none, is not written as one.
        assert_eq!([f64::NAN, f64::INFINITY].map(short), ["-", "-"]);
    }
}
