use firesale::run::{Keep, RunOptions, simulate};
use firesale::world;
use std::ops::ControlFlow;
#[test]
fn calibrate() {
    let sets: Vec<_> = std::env::var("SETS")
        .unwrap_or_default()
        .split(';')
        .filter(|s| !s.is_empty())
        .map(|s| s.parse().unwrap())
        .collect();
    let loaded = world::load("worlds/archegos-2021.ron", &sets).unwrap_or_else(|e| panic!("{e:?}"));
    let seeds: u64 = std::env::var("SEEDS").unwrap_or("2".into()).parse().unwrap();
    for seed in 1..=seeds {
        let go = |liquidation| {
            simulate(
                &loaded.plan,
                &RunOptions { seed, liquidation, record: Keep::NOTHING, audit_every_tick: false },
                &mut |_| ControlFlow::Continue(()),
            )
            .summary
        };
        let (with, without) = rayon::join(|| go(true), || go(false));
        let day = |n: &str, d: &str| with.instruments[n].closes.iter().find(|c| c.date == d).cloned().unwrap();
        let f = |n: &str| {
            let (a, b) = (day(n, "2021-03-25"), day(n, "2021-03-26"));
            (b.close / a.close - 1.0, b.low / a.close - 1.0)
        };
        let total: f64 = with.lenders.values().map(|l| l.loss).sum();
        let share = |names: &[&str]| names.iter().map(|n| with.lenders[*n].loss).sum::<f64>() / total;
        println!(
            "seed {seed}: fail {:?} value {:.1} viac {:.3} low {:.3} disca {:.3} low {:.3} | total loss {:.2} first {:.3} cs+nom {:.3} | amp {:.2} ({:.3}/{:.3}) ctrl {:.3}/{:.3}",
            with.firms["archegos"].failed,
            with.firms["archegos"].value_at_failure.unwrap_or(0.0) / 1e9,
            f("viac").0,
            f("viac").1,
            f("disca").0,
            f("disca").1,
            total / 1e9,
            share(&["goldman", "morgan-stanley", "deutsche", "wells-fargo"]),
            share(&["credit-suisse", "nomura"]),
            with.instruments["viac"].fall_compared / without.instruments["viac"].fall_compared,
            with.instruments["viac"].fall_compared,
            without.instruments["viac"].fall_compared,
            with.instruments["control-a"].drawdown,
            with.instruments["control-b"].drawdown
        );
        if seed == 1 {
            for (n, l) in &with.lenders {
                println!(
                    "   {n:15} loss {:.3} sold {:.2} unsold {:.2} half {:?}",
                    l.loss / 1e9,
                    l.forced_notional / 1e9,
                    l.unsold / 1e9,
                    l.half_sold
                );
            }
            for n in ["viac", "disca", "iq", "gsx", "control-a"] {
                println!(
                    "   {n} {}",
                    with.instruments[n]
                        .closes
                        .iter()
                        .map(|c| format!(
                            "{:.1}({:.1},{:.0}/{:.0})",
                            c.close,
                            c.low,
                            c.forced_volume_units / 1e6,
                            c.volume_units / 1e6
                        ))
                        .collect::<Vec<_>>()
                        .join(" ")
                );
            }
        }
    }
}
