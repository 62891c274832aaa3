//! A steady market allocates next to nothing.
//!
//! After a warm-up in which trays, books and wheels find their size, ticks of a market with noise, makers,
//! investors and a healthy leveraged firm are run under an allocator that counts. Days open and close among them.

#![allow(unsafe_code, reason = "an allocator that counts cannot be written without")]

use firesale::options::RunOptions;
use firesale::results::keep::Keep;
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::state;
use firesale::world::{Origin, Source, load_source};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts what the current thread asks for, and hands everything on.
struct Counting;

thread_local! {
    static REQUESTS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    REQUESTS.set(REQUESTS.get() + 1);
}

// SAFETY: every call goes to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const DAY: u32 = 390;
const WARM_UP_DAYS: u32 = 30;
const DAYS: u32 = 30;

const WORLD: &str = r#"World(
    version: 1, title: "An ordinary market", about: "Nothing happens.", seed: 1,
    currency: (code: "USD", decimals: 2),
    clock: (
        start: "2024-01-01", tick: "1m",
        calendar: Sessions(open: "09:30", close: "16:00", days: 80, opening_auction: "5m"),
    ),
    venues: {"exchange": (maker_fee_bps: 0.1, taker_fee_bps: 0.3)},
    instruments: {
        "acme": Spot(venues: ["exchange"], price: 100.0, step: 0.01, lot: 1.0, float: 5e6,
            ordinary: (daily_volume: 5e5, daily_volatility: 0.02, value_volatility: 0.002)),
        "acme-swap": Swap(of: "acme"),
    },
    lenders: {
        "broker": (
            capital: 2e7, margin: Rate(im: 0.15, mm: 0.10),
            calls: (below: Maintenance, checked: EveryTick, grace: "10m"), cross_default: false,
            liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
            waterfall: [LenderCapital],
        ),
        "custodian": (
            capital: 1e6, margin: Unmargined,
            calls: (below: Maintenance, checked: AtClose, grace: "T+1"), cross_default: false,
            liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
            waterfall: [LenderCapital],
        ),
    },
    traders: {
        "fund": LeveragedFirm(
            equity: 1e7, leverage: 2.0, portfolio: {"acme-swap": 1.0}, lenders: {"broker": 1.0}, posted: 2.0,
        ),
        "noise": ZeroIntelligence(
            count: 50, instruments: ["acme"], stake: (lender: "broker", cash_days: 2.0, units_days: 2.0),
            market_orders: 0.4, limit_ratio: 2.0, mean_size: 0.0005, mean_distance: 0.002, mean_life: "20m",
        ),
        "dealer": MarketMaker(
            count: 3, instruments: ["acme"], stake: (lender: "custodian", cash_days: 2.0, units_days: 2.0),
            every: "1m", levels: 5, level_gap: 0.0005, size: 0.001, half_spread: 0.0003, spread_per_volatility: 1.0,
            inventory_limit: 0.05, follow: 0.1, skew: 1.0, withdraw_at: 6.0, loss_limit: 0.5,
        ),
        "trend": Momentum(
            count: 5, instruments: ["acme"], stake: (lender: "custodian", cash_days: 1.0, units_days: 1.0),
            lookback: "1h", threshold: 0.005, limit: 0.01, pace: "20m", clip: 0.001,
        ),
        "value": Value(
            count: 20, demand: {"acme": (lowest: 60.0, highest: 140.0, units: 1e6)},
            stake: (lender: "custodian", cash_days: 10.0, units_days: 2.0),
            conviction: 0.1, pace: "20m", clip: 0.002, urgency: 0.3, patience: "30m",
        ),
    },
)"#;

#[test]
fn after_a_warm_up_a_steady_market_all_but_stops_allocating() {
    let source = Source { name: "ordinary".to_owned(), text: WORLD.to_owned(), origin: Origin::BuiltIn };
    let plan = load_source(source, &[]).unwrap_or_else(|error| panic!("{error}")).plan;
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    let mut world = spawn(&plan, &options);
    let mut schedule = tick::schedule(&mut world);
    for _ in 0..WARM_UP_DAYS * DAY {
        schedule.run(&mut world);
    }
    let mut by_tick = Vec::with_capacity((DAYS * DAY) as usize);
    for tick in WARM_UP_DAYS * DAY..(WARM_UP_DAYS + DAYS) * DAY {
        let before = REQUESTS.get();
        schedule.run(&mut world);
        by_tick.push((tick, REQUESTS.get() - before));
    }
    assert!(state(&world).statuses.all_healthy(), "the market was not steady");
    by_tick.retain(|(_, requests)| *requests > 0);
    let total: u64 = by_tick.iter().map(|(_, requests)| requests).sum();
    println!("{total} requests for memory in {} of {} ticks: {by_tick:?}", by_tick.len(), DAYS * DAY);
    // Trays keep their size, but a tick busier than any before may still make one grow: once in thirty days was measured.
    assert!(total <= 3, "{total} requests");
}
