//! `firesale buffer WORLD --firm F --survive 0.99`: how much liquid buffer a firm needs.

use super::args::BufferArgs;
use super::cores;
use super::numbers::{self, counted};
use super::progress::Progress;
use super::source;
use super::status::{Failure, Status};
use super::stop;
use super::table::Table;
use super::terminal::Terminal;
use crate::buffer::{Need, answer, curve, need, scale_of, scaled};
use chart::{BufferPicture, buffer_chart};
use engine::plan::Plan;
use files::folder::{Existing, FolderError, Staging};
use files::manifest::sha256;
use files::parquet::{Origin, table_bytes};
use ground::fault::guarded;
use ground::units::TraderId;
use language::text::near;
use rayon::prelude::*;
use results::buffer::{Answer, Point};
use results::rows::{NeedRow, SurvivalRow};
use serde_json::json;
use std::path::{Path, PathBuf};
use world::{self, Loaded};

/// Lines of the printed curve.
const MOST_ROWS: usize = 12;

pub fn buffer(args: &BufferArgs, threads: Option<usize>, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let loaded = source::loaded(&args.world.world, &args.world.set, args.world.seed)?;
    let plan = &loaded.plan;
    let firm = firm(args, plan)?;
    let target = args.out.clone().unwrap_or_else(|| {
        PathBuf::from("output").join(&plan.name).join(format!("buffer-{}-survive-{}", args.firm, args.survive))
    });
    let kept = "nothing was run or written";
    let staging = Staging::open(&target, Existing::Refuse).map_err(|error| Failure::of_output(error, kept))?;

    let progress = Progress::new(terminal, &format!("{}, {}", plan.name, args.firm), "runs", u64::from(args.seeds));
    let needs = needs(args, &loaded, firm, threads, &progress)?;
    progress.finish();
    let Some(needs) = needs else { return Ok(Status::Stopped) };

    let (curve, answer) = (curve(&needs), answer(&needs, args.survive));
    let folder = write(staging, args, &loaded, &needs, &curve, &answer)
        .map_err(|error| Failure::of_output(error, "nothing was kept"))?;
    print(args, plan, &needs, &curve, &answer, &folder, terminal);
    Ok(Status::Done)
}

fn firm(args: &BufferArgs, plan: &Plan) -> Result<TraderId, Failure> {
    let firms = plan.traders.iter().filter(|trader| trader.params.is_firm());
    let firms: Vec<&str> = firms.map(|trader| trader.name.as_str()).collect();
    let found = plan.traders.iter().position(|trader| trader.params.is_firm() && trader.name == args.firm);
    found.map(TraderId::from_index).ok_or_else(|| Failure::Input {
        what: format!("--firm {}", args.firm),
        reason: format!("{} has no firm of that name", plan.name),
        remedy: if firms.is_empty() { "name a world with a firm".into() } else { near::remedy(&args.firm, &firms) },
    })
}

/// One run a seed, side by side; `None` when it was stopped.
fn needs(
    args: &BufferArgs,
    loaded: &Loaded,
    firm: TraderId,
    threads: Option<usize>,
    progress: &Progress,
) -> Result<Option<Vec<Need>>, Failure> {
    let plan = &loaded.plan;
    let first = args.world.seed.unwrap_or(plan.seed);
    let digits = plan.currency.decimals;
    let one = |index: u32| {
        let seed = first.wrapping_add(u64::from(index));
        let scale = args.scale_shocks.map_or(1.0, |range| scale_of(seed, index, args.seeds, range));
        let own = if scale == 1.0 { plan.clone() } else { scaled(plan, scale) };
        let found = guarded(|| need(&own, firm, seed, &mut stop::flow)).map_err(|fault| Failure::Fault {
            fault,
            during: format!("{}, seed {seed}, shocks times {scale}", plan.name),
        })?;
        progress.step(1);
        Ok(found.map(|(need, _)| Need { seed, scale, need: need.map(|need| need.to_major(digits)) }))
    };
    let all = || (0..args.seeds).into_par_iter().with_max_len(1).map(one).collect::<Result<Option<Vec<_>>, Failure>>();
    let jobs = cores::jobs(args.jobs, threads, args.seeds as usize);
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).build() {
        Ok(pool) => pool.install(all),
        Err(_) => all(),
    }
}

fn write(
    mut staging: Staging,
    args: &BufferArgs,
    loaded: &Loaded,
    needs: &[Need],
    curve: &[Point],
    answer: &Answer,
) -> Result<PathBuf, FolderError> {
    let plan = &loaded.plan;
    let origin = Origin {
        version: env!("CARGO_PKG_VERSION").into(),
        world: plan.name.clone(),
        sha256: sha256(loaded.text.as_bytes()),
        seed: None,
        overrides: loaded.overrides.iter().map(|set| format!("{}={}", set.path, set.value)).collect(),
        liquidation: true,
        currency: plan.currency.code.clone(),
        zone: loaded.file.clock.zone.clone(),
    };
    let need_rows: Vec<NeedRow> = needs
        .iter()
        .map(|need| NeedRow { seed: need.seed.to_string(), shock_scale: need.scale, need: need.need })
        .collect();
    let survival: Vec<SurvivalRow> = curve
        .iter()
        .map(|point| SurvivalRow {
            buffer: point.buffer,
            survival: point.survival,
            survival_low: point.low,
            survival_high: point.high,
        })
        .collect();
    staging.write("needs.parquet", &table_bytes(&need_rows, &origin), Some(need_rows.len()))?;
    staging.write("survival.parquet", &table_bytes(&survival, &origin), Some(survival.len()))?;
    staging.write("answer.json", format!("{:#}\n", result(args, plan, needs, answer, None)).as_bytes(), None)?;
    let scales = || needs.iter().map(|need| need.scale);
    let (least, most) = (scales().fold(f64::INFINITY, f64::min), scales().fold(f64::NEG_INFINITY, f64::max));
    let picture = BufferPicture {
        firm: &args.firm,
        world: &plan.name,
        currency: &plan.currency.code,
        runs: needs.len(),
        shocks: (least, most),
        curve,
        answer,
    };
    let chart = buffer_chart(&picture);
    staging.write("charts/buffer.svg", chart.svg.as_bytes(), None)?;
    staging.write("charts/buffer.png", &chart.png, None)?;
    staging.place()
}

/// The answer for programs.
fn result(args: &BufferArgs, plan: &Plan, needs: &[Need], answer: &Answer, out: Option<&Path>) -> serde_json::Value {
    let mut value = json!({
        "world": plan.name,
        "firm": args.firm,
        "currency": plan.currency.code,
        "runs": needs.len(),
        "survive": answer.wanted,
        "buffer": answer.buffer,
        "buffer_low": answer.low,
        "buffer_high": answer.high,
        "lost_whatever_the_buffer": needs.iter().filter(|need| need.need.is_none()).count(),
    });
    if let Some(out) = out {
        value["out"] = json!(out.display().to_string());
    }
    value
}

fn print(
    args: &BufferArgs,
    plan: &Plan,
    needs: &[Need],
    curve: &[Point],
    answer: &Answer,
    folder: &Path,
    terminal: &Terminal,
) {
    if terminal.json {
        terminal.result(&format!("{:#}\n", result(args, plan, needs, answer, Some(folder))));
        return;
    }
    if terminal.quiet {
        return;
    }
    let code = &plan.currency.code;
    let money = |amount: f64| numbers::money(amount, code);
    let mut text = String::new();
    let runs = counted(needs.len() as u64, "run");
    match answer.buffer {
        Some(buffer) => {
            let above = answer.high.map_or_else(
                || {
                    let least = counted(answer.runs_to_bound, "run");
                    format!("no upper bound from so few runs ({least} would give one)")
                },
                |high| format!("at most {}", money(high)),
            );
            // As many as it is, which no wanted share of so few need be.
            let survived = needs.iter().filter(|need| need.need.is_some_and(|need| need <= buffer)).count();
            text += &format!(
                "{} survives {survived} of {runs} with a liquid buffer of {}, the least for {:.1} %.\n  95 % interval: at \
                 least {}, {above}.\n",
                args.firm,
                money(buffer),
                answer.wanted * 100.0,
                money(answer.low),
            );
        }
        None => {
            text += &format!("No buffer lets {} survive {:.1} % of {runs}.\n", args.firm, answer.wanted * 100.0);
        }
    }
    let mut table = Table::new(&["buffer", "survived", "95 % interval"]);
    // Evenly over the curve, its last point among them.
    let every = curve.len().div_ceil(MOST_ROWS).max(1);
    for point in curve.iter().rev().step_by(every).collect::<Vec<_>>().into_iter().rev() {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        table.row(vec![
            money(point.buffer),
            percent(point.survival),
            format!("{} to {}", percent(point.low), percent(point.high)),
        ]);
    }
    text += "\n";
    for line in table.lines(terminal.width) {
        text += &line;
        text += "\n";
    }
    text += &format!("\nSee {}\n", folder.join("charts").join("buffer.svg").display());
    terminal.result(&text);
}
