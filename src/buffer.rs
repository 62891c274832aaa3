//! How large a firm's liquid buffer must be to survive what the world does to it.
//!
//! The *need* of a run is the peak, over its ticks, of what the firm has paid to lenders out of its treasury, less what
//! came back: the least cash at the start with which every call is paid in full as it comes. It is measured in one run,
//! with the firm's treasury filled beyond any need and no other source: up to the first call that a smaller buffer
//! could not pay at once, a run with that buffer is the same run, so a firm pays all as they come exactly when the buffer
//! is no less than the need. (Who has less may be lucky: a price that comes back before a call is due takes from what is
//! missing. A buffer does not count on that. A playbook that cuts positions or asks for time before it runs dry would need less; here the
//! firm pays. Its other sources count as nothing: what they give in time may be taken off the answer.) A lender that
//! gives no time takes no money either, and no buffer helps against it: that need is without bound.
//!
//! Survival against buffer is the empirical distribution of needs over seeds, each with its interval by Wilson,
//! "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). The answer is the order
//! statistic at the wanted share, between those whose ranks the binomial distribution leaves open at 95 %. Where shocks
//! are scaled the factors are spread evenly and not drawn, so both intervals are wider than they need be.

use engine::options::RunOptions;
use engine::plan::Plan;
use engine::tick;
use engine::tick::spawn::spawn;
use engine::tick::state::{Firm, state};
use ground::ops::{exp, ln};
use ground::rng::{Purpose, stream, uniform};
use ground::units::{Cash, TraderId};
use mechanics::treasury::FirmPlan;
use results::buffer::{Answer, Point};
use results::keep::Keep;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What one run asked of a firm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    pub seed: u64,
    /// By what shocks were multiplied.
    pub scale: f64,
    /// In major units; `None`: no buffer would have helped.
    pub need: Option<f64>,
}

/// Quantile of the normal distribution for 95 % in the middle.
const Z: f64 = 1.959_963_984_540_054;
const TAIL: f64 = 0.025;
/// Far above any need, far below the edge of arithmetic.
const FULL: Cash = Cash::LARGEST_STATED;

/// The shock multiplier of the `index`th of `runs`: spread evenly over the range, a random place in each part.
pub fn scale_of(seed: u64, index: u32, runs: u32, range: (f64, f64)) -> f64 {
    let within = uniform(&mut stream(seed, "scale of shocks", Purpose::Traits));
    range.0 + (range.1 - range.0) * (f64::from(index) + within) / f64::from(runs.max(1))
}

/// The plan with its news, jumps and movements of cash multiplied. Margin, liquidity and issues stay what they are.
pub fn scaled(plan: &Plan, scale: f64) -> Plan {
    let mut plan = plan.clone();
    plan.shocks.iter_mut().for_each(|shock| shock.kind.scale(scale));
    plan
}

/// Runs a plan once and measures what it asked of a firm. `step` may stop it; then there is no answer.
pub fn need(
    plan: &Plan,
    firm: TraderId,
    seed: u64,
    step: &mut dyn FnMut() -> ControlFlow<()>,
) -> Option<(Option<Cash>, u64)> {
    let mut plan = plan.clone();
    let trader = &mut plan.traders[firm.index()];
    trader.treasury = FULL;
    trader.firm = trader.firm.as_ref().map(|own| {
        // Cash alone, and no playbook: every call is paid as it comes.
        let FirmPlan { other, entries, contributions, .. } = (**own).clone();
        Arc::new(FirmPlan { other, entries, contributions, ..FirmPlan::default() })
    });
    let options = RunOptions { seed, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    let mut world = spawn(&plan, &options);
    let mut schedule = tick::schedule(&mut world);
    let mut peak = Cash::ZERO;
    for _ in 0..plan.clock.ticks {
        schedule.run(&mut world);
        let purses = &state(&world).ledger.purses;
        peak = peak.max(FULL - purses.balance(purses.treasury(firm)));
        if step().is_break() {
            return None;
        }
    }
    let entity = state(&world).scene.traders[firm.index()].1;
    let failed = world.get::<Firm>(entity).is_some_and(|firm| firm.failed.is_some());
    Some(((!failed).then_some(peak), u64::from(plan.clock.ticks)))
}

/// Wilson's interval at 95 % for a share of `count` of `runs`.
pub fn wilson(count: usize, runs: usize) -> (f64, f64) {
    let (n, p) = (runs.max(1) as f64, count as f64 / runs.max(1) as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // At the ends the interval touches what was seen; arithmetic would miss it by a bit.
    let low = if count == 0 { 0.0 } else { ((middle - half) / scale).max(0.0) };
    let high = if count >= runs { 1.0 } else { ((middle + half) / scale).min(1.0) };
    (low, high)
}

/// Survival at each buffer at which it rises, from a buffer of nothing.
pub fn curve(needs: &[Need]) -> Vec<Point> {
    let mut sorted = sorted(needs);
    sorted.insert(0, 0.0);
    sorted.dedup();
    let point = |buffer: f64| {
        let count = needs.iter().filter(|need| need.need.is_some_and(|need| need <= buffer)).count();
        let (low, high) = wilson(count, needs.len());
        Point { buffer, survival: count as f64 / needs.len().max(1) as f64, low, high }
    };
    sorted.into_iter().map(point).collect()
}

/// The needs that a buffer can meet, in order.
fn sorted(needs: &[Need]) -> Vec<f64> {
    let mut sorted: Vec<f64> = needs.iter().filter_map(|need| need.need).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

pub fn answer(needs: &[Need], wanted: f64) -> Answer {
    let (sorted, runs) = (sorted(needs), needs.len());
    let rank = |rank: usize| rank.checked_sub(1).and_then(|place| sorted.get(place)).copied();
    let wanted_rank = ((wanted * runs as f64 - 1e-9).ceil() as usize).clamp(1, runs.max(1));
    let (low, high) = ranks(runs, wanted);
    Answer {
        wanted,
        buffer: rank(wanted_rank),
        low: low.and_then(rank).unwrap_or(0.0),
        high: high.and_then(rank),
        runs_to_bound: if wanted < 1.0 { (ln(TAIL) / ln(wanted)).ceil() as u64 } else { u64::MAX },
    }
}

/// Ranks between which the true quantile lies with 95 %: with `K` of `runs` needs below it, `P(K < low) ≤ 2.5 %` and
/// `P(K ≥ high) ≤ 2.5 %`.
fn ranks(runs: usize, share: f64) -> (Option<usize>, Option<usize>) {
    let (mut low, mut high) = (None, None);
    let mut below = 0.0;
    // Logarithm of the probability of exactly `count`, from none on.
    let (n, p, q) = (runs as f64, share.clamp(1e-12, 1.0 - 1e-12), (1.0 - share).clamp(1e-12, 1.0));
    let mut log = n * ln(q);
    for count in 0..=runs {
        if count > 0 {
            log += ln((n - count as f64 + 1.0) / count as f64) + ln(p / q);
        }
        // Here `below` is P(K < count).
        if below <= TAIL && count > 0 {
            low = Some(count);
        }
        if 1.0 - below <= TAIL && high.is_none() && count > 0 {
            high = Some(count);
        }
        below += exp(log);
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::shocks::ShockKind;

    fn needs(needs: &[Option<f64>]) -> Vec<Need> {
        needs.iter().map(|need| Need { seed: 1, scale: 1.0, need: *need }).collect()
    }

    #[test]
    fn survival_rises_at_each_need_and_never_counts_what_no_buffer_helps() {
        let needs = needs(&[Some(30.0), Some(10.0), None, Some(10.0)]);
        let steps: Vec<_> = curve(&needs).iter().map(|point| (point.buffer, point.survival)).collect();
        assert_eq!(steps, [(0.0, 0.0), (10.0, 0.5), (30.0, 0.75)]);
        assert_eq!(answer(&needs, 0.5).buffer, Some(10.0));
        assert_eq!(answer(&needs, 0.75).buffer, Some(30.0));
        assert_eq!(answer(&needs, 0.9).buffer, None);
    }

    #[test]
    fn wilsons_interval_by_hand() {
        // 81 of 263 is 0.30798; (0.30798 + 0.00730 ± 0.05622) ÷ 1.01461.
        let (low, high) = wilson(81, 263);
        assert!((low - 0.2553).abs() < 1e-4 && (high - 0.3662).abs() < 1e-4, "{low} {high}");
        assert_eq!((wilson(10, 10).1, wilson(0, 10).0), (1.0, 0.0));
    }

    #[test]
    fn ranks_bound_the_median_as_tables_do() {
        // For the median of 10: ranks 2 and 9. Of 100 runs the 99th part has no upper bound, of 368 it has.
        assert_eq!(ranks(10, 0.5), (Some(2), Some(9)));
        assert_eq!(ranks(100, 0.99).1, None);
        assert_eq!(ranks(368, 0.99).1, Some(368));
        assert_eq!(answer(&needs(&[Some(1.0)]), 0.99).runs_to_bound, 368);
    }

    /// With the need all calls are paid as they come, with a cent less one is not: the firm must wait, and hope.
    #[test]
    fn with_a_cent_less_than_the_need_a_call_has_to_wait() {
        let plan = world::load("two-funds", &[]).unwrap().plan;
        let fund = plan.traders.iter().position(|trader| trader.name == "fund-a").unwrap();
        let firm = TraderId::from_index(fund);
        let (need, _) = need(&plan, firm, 1, &mut || ControlFlow::Continue(())).unwrap();
        let need = need.expect("its broker gives ten minutes");
        assert!(need.is_positive());
        let pays_at_once_with = |cash: Cash| {
            let mut plan = plan.clone();
            plan.traders[fund].treasury = cash;
            let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: false };
            let outcome = record::run::simulate(&plan, &options, &mut |_| ControlFlow::Continue(()));
            let calls = outcome.tables.calls.iter().filter(|call| &*call.trader == "fund-a");
            calls.clone().count() > 0 && calls.into_iter().all(|call| call.settled_time == Some(call.time))
        };
        assert!(pays_at_once_with(need));
        assert!(!pays_at_once_with(need - Cash::minor(1)));
    }

    #[test]
    fn scaled_shocks_move_further_and_nothing_falls_by_more_than_all() {
        let plan = world::load("two-funds", &[]).unwrap().plan;
        let of = |plan: &Plan| match &plan.shocks[0].kind {
            ShockKind::Value(changes) => changes[0].1,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&scaled(&plan, 2.0)), -0.16);
        assert_eq!(of(&scaled(&plan, 100.0)), -0.999);
        let scales: Vec<f64> = (0..4).map(|index| scale_of(u64::from(index), index, 4, (1.0, 3.0))).collect();
        assert!(scales.windows(2).all(|pair| pair[0] < pair[1]), "{scales:?}");
    }
}
