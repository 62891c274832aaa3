//! A built-in world runs from its file to its summary.

use firesale::run::{Keep, RunOptions, simulate};
use firesale::world;
use std::ops::ControlFlow;

#[test]
fn two_funds_runs() {
    let loaded = world::load(&std::env::var("WORLD").unwrap_or("two-funds".into()), &[]).expect("it loads");
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: true };
    let outcome = simulate(&loaded.plan, &options, &mut |_| ControlFlow::Continue(()));
    let s = &outcome.summary;
    println!("{:?} {:?}", s.accounts, s.liquidations);
    for (n, f) in &s.firms { println!("{n} {f:?}"); }
    for (n, l) in &s.lenders { println!("{n:15} loss {:.3} sold {:.2} unsold {:.2} half {:?}", l.loss/1e9, l.forced_notional/1e9, l.unsold/1e9, l.half_sold); }
    for (n, i) in &s.instruments { println!("{n}"); for c in &i.closes { println!("   {} o {:.2} h {:.2} l {:.2} c {:.2} vol {:.1}m forced {:.1}m", c.date, c.open, c.high, c.low, c.close, c.volume_units/1e6, c.forced_volume_units/1e6); } }
    println!("{:?} {:?}", s.cascade, s.refusals);
    for row in outcome.tables.calls { println!("{} {} {:.2} {} {} {:?} {:.2}", row.time, row.account, row.amount/1e9, row.deadline, row.outcome, row.settled_time, row.paid/1e9); }
    for row in outcome.tables.events { println!("{row:?}"); }
    println!("trades {} prices {}", outcome.tables.trades.len(), outcome.tables.prices.len());
    if let Ok(name) = std::env::var("SHOW") {
        let (from, to): (u32, u32) = (std::env::var("FROM").unwrap().parse().unwrap(), std::env::var("TO").unwrap().parse().unwrap());
        for r in outcome.tables.prices.iter().filter(|r| r.instrument == name && r.tick >= from && r.tick < to) {
            println!("P {} b {:?} m {} a {:?} vol {:.0} forced {:.0} depth {:.0} {:.0}", r.time, r.bid, r.mark, r.ask, r.volume_units, r.forced_volume_units, r.bid_depth_1pct_units, r.ask_depth_1pct_units);
        }
    }
}
