//! Every way of liquidating with every other: what first, how much, how, how fast.
//!
//! A tiny world for each combination, run to the end with the books rebuilt on every tick. A fund long two stocks and
//! short one of them by swap is broken by news. Whatever the policy, nothing appears or vanishes and the fund ends
//! flat, or with what its lender demands; and each axis does what it says.

mod support;

use firesale::record::run::Outcome;
use firesale::tick::state::Status;
use firesale::tick::state::state;
use support::Play;

const TICKS: u32 = 240;

const FIRST: [&str; 5] = ["ProRata", "LargestLoss", "MostLiquid", "MarginFreed", "KeepHedges"];
const MUCH: [&str; 4] =
    ["All", "RestoreInitial", "RestoreMaintenance", "CloseFactor(share: 0.5, full_below: Some(0.95))"];
const HOW: [&str; 8] = [
    "Market",
    "ShareOfVolume(share: 0.5)",
    "Slices(over_hours: 0.3)",
    "Chase(step: 0.001)",
    r#"BlockAuction(after: "4m", reserve: 0.3)"#,
    r#"Backstop(buyers: ["vault", "keeper"], discount: 0.05)"#,
    r#"Dutch(start: 1.1, cut: 0.02, every: "1m", tail: "20m")"#,
    r#"English(lot: 400.0, increment: 0.05, length: "4m")"#,
];
const FAST: [&str; 4] = [
    r#"delay: "0s""#,
    r#"delay: "5m""#,
    r#"delay: "0s", cooldown: "7m""#,
    r#"delay: "0s", throttle: (share_of_depth: 0.2)"#,
];

fn world(first: &str, much: &str, how: &str, fast: &str) -> String {
    format!(
        r#"World(
    version: 1, title: "Combination", about: "For a test.", seed: 1,
    currency: (code: "USD", decimals: 2),
    clock: (start: "2024-03-04 00:00", tick: "1m", calendar: Continuous(length: "{TICKS}m")),
    venues: {{"exchange": (maker_fee_bps: 0.0, taker_fee_bps: 1.0)}},
    instruments: {{
        "acme": Spot(venues: ["exchange"], price: 100.0, step: 0.01, lot: 1.0, float: 1e7,
            ordinary: (daily_volume: 200_000.0, daily_volatility: 0.03, value_volatility: 0.0)),
        "bolt": Spot(venues: ["exchange"], price: 50.0, step: 0.01, lot: 1.0, float: 1e7,
            ordinary: (daily_volume: 900_000.0, daily_volatility: 0.02, value_volatility: 0.0)),
        "acme-swap": Swap(of: "acme"),
    }},
    lenders: {{
        "broker": (
            capital: 1e7, margin: Rate(im: 0.15, mm: 0.10),
            calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: false,
            liquidation: (first: {first}, much: {much}, how: {how}, collar: 0.1, {fast}),
            waterfall: [LenderCapital],
        ),
        "custodian": (
            capital: 1e6, margin: Unmargined,
            calls: (below: Maintenance, checked: AtClose, grace: "T+1"), cross_default: false,
            liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
            waterfall: [LenderCapital],
        ),
    }},
    traders: {{
        "fund": LeveragedFirm(equity: 100_000.0, leverage: 6.5,
            portfolio: {{"acme": 0.5, "bolt": 0.3, "acme-swap": -0.2}}, lenders: {{"broker": 1.0}}, posted: 1.0),
        "noise": ZeroIntelligence(count: 6, instruments: ["acme", "bolt"],
            stake: (lender: "custodian", cash_days: 2.0, units_days: 2.0),
            market_orders: 0.5, limit_ratio: 2.0, mean_size: 0.0005, mean_distance: 0.002, mean_life: "20m"),
        "dealer": MarketMaker(count: 2, instruments: ["acme", "bolt"],
            stake: (lender: "custodian", cash_days: 2.0, units_days: 2.0), every: "1m", levels: 5, level_gap: 0.001,
            size: 0.003, half_spread: 0.0005, spread_per_volatility: 0.0, inventory_limit: 1.0, follow: 0.1,
            skew: 0.0, withdraw_at: 1e6, loss_limit: 1e6),
        "keeper": Keeper(count: 3, instruments: ["acme", "bolt"],
            stake: (lender: "custodian", cash_days: 0.02, units_days: 0.02),
            profit: 0.01, cost: 0.2, delay: "1m", resale: 0.2),
        "vault": ZeroIntelligence(count: 1, instruments: ["acme", "bolt"],
            stake: (lender: "custodian", cash_days: 0.002, units_days: 0.002),
            market_orders: 0.0, limit_ratio: 0.0, mean_size: 0.0005, mean_distance: 0.002, mean_life: "20m"),
    }},
    shocks: [(at: "2024-03-04 00:05", reason: "News.", what: Value({{"acme": -0.13, "bolt": -0.13}}))],
)"#
    )
}

/// One combination to its end.
struct Case {
    names: String,
    outcome: Outcome,
    /// Of the fund's account: whether it is closed, its slack in cents if not, and its breaches' starts and fills.
    closed: bool,
    slack: i128,
    breaches: Vec<firesale::liquidation::Breach>,
}

fn play(first: &str, much: &str, how: &str, fast: &str) -> Case {
    let names = format!("{first}, {much}, {how}, {fast}");
    let plan = support::plan(&world(first, much, how, fast), &[]);
    let mut play = Play::new(&plan, &support::options(1));
    // To the end, or in the last hour to a tick in which it is not just being sold.
    play.ticks(TICKS - 60);
    for _ in 0..60 {
        if matches!(play.status("fund@broker"), Status::Healthy | Status::Closed) && slack(&play) >= 0 {
            break;
        }
        play.ticks(1);
    }
    let status = play.status("fund@broker");
    assert!(matches!(status, Status::Healthy | Status::Closed), "{names}: it ends {status:?}");
    let closed = status == Status::Closed;
    let slack = slack(&play);
    let breaches = state(&play.world).breaches.all.clone();
    Case { outcome: play.stop(), names, closed, slack, breaches }
}

fn slack(play: &Play) -> i128 {
    play.standing("fund@broker").slack(firesale::margin::CallLevel::Maintenance).to_minor()
}

impl Case {
    fn check(&self, first: &str, much: &str, how: &str, fast: &str) {
        let Self { names, outcome, .. } = self;
        let summary = &outcome.summary;
        assert_eq!((summary.audit.cash_residual, summary.audit.position_residual), (0, 0), "{names}");
        assert!(!self.breaches.is_empty(), "{names}: the news breaks it");
        assert!(self.closed || self.slack >= 0, "{names}: it lives on with what it needs");
        assert!(much != "All" || self.closed, "{names}: closed out");
        assert!(much == "All" || fast.contains("delay: \"5m\"") || !self.closed, "{names}: no more than needed");
        for breach in &self.breaches {
            self.check_order(breach, first);
        }
        self.check_way(how);
        self.check_pace(fast, how);
    }

    /// One after the other, or hedges last.
    fn check_order(&self, breach: &firesale::liquidation::Breach, first: &str) {
        let mut sold: Vec<_> = breach
            .targets
            .iter()
            .filter_map(|target| Some((target.first_fill?, target.last_fill?, target.instrument.index())))
            .collect();
        sold.sort();
        match first {
            "LargestLoss" | "MostLiquid" | "MarginFreed" => {
                let apart = sold.windows(2).all(|two| two[0].1 <= two[1].0);
                // What loses most may change on the way.
                assert!(apart || first == "LargestLoss", "{}: one after the other", self.names);
            }
            "KeepHedges" => {
                // The swap hedges; the other stock hedges nothing.
                let start = |instrument| sold.iter().find(|it| it.2 == instrument).map(|it| it.0);
                if let (Some(bolt), Some(swap)) = (start(1), start(2)) {
                    assert!(bolt <= swap, "{}: what hedges nothing goes first", self.names);
                }
            }
            _ => {}
        }
    }

    fn check_way(&self, how: &str) {
        let through_book = self.outcome.tables.trades.iter().filter(|trade| trade.cause == "forced").count();
        let sold = self.outcome.tables.auctions.iter().filter(|row| row.bidder.is_some());
        let way = match how.split('(').next().unwrap() {
            "BlockAuction" => "block",
            "Backstop" => "backstop",
            "Dutch" => "dutch",
            "English" => "english",
            _ => {
                assert_eq!(sold.count(), 0, "{}: nothing is auctioned", self.names);
                assert!(self.outcome.summary.liquidations.volume > 0.0, "{}: it trades", self.names);
                return;
            }
        };
        assert_eq!(through_book, 0, "{}: nothing forced goes through the book", self.names);
        assert!(sold.clone().count() > 0, "{}: somebody buys", self.names);
        assert!(sold.clone().all(|row| row.way == way), "{}", self.names);
        // No keeper pays more than the mark: it wants a profit. Only rising bids have no floor.
        assert!(sold.clone().all(|row| way == "backstop" || row.discount_ratio > Some(-0.02)), "{}", self.names);
        let total: f64 = sold.map(|row| row.quantity_units).sum();
        assert_eq!(
            total, self.outcome.summary.liquidations.volume,
            "{}: liquidations hold what auctions do",
            self.names
        );
    }

    fn check_pace(&self, fast: &str, how: &str) {
        if fast.contains("5m") {
            for breach in &self.breaches {
                let fills = breach.targets.iter().filter_map(|target| target.first_fill);
                let waits = fills.clone().all(|fill| fill > breach.start);
                assert!(waits, "{}: not before the delay is over", self.names);
            }
        }
        if fast.contains("cooldown") {
            for two in self.breaches.windows(2) {
                let ended = two[0].last_active();
                let fills = two[1].targets.iter().filter_map(|target| target.first_fill);
                let apart = fills.clone().all(|fill| (fill - ended).as_seconds() > 7 * 60);
                assert!(apart, "{}: seven minutes between two steps", self.names);
            }
        }
        if fast.contains("throttle") && !how.contains("Auction") {
            let prices = &self.outcome.tables.prices;
            for (index, row) in prices.iter().enumerate().skip(2) {
                let before = prices[..index].iter().rev().find(|other| other.instrument == row.instrument);
                let Some(before) = before else { continue };
                let depth = before.bid_depth_1pct_units + before.ask_depth_1pct_units;
                assert!(
                    row.forced_volume_units <= 0.2 * depth + 1e-9,
                    "{}: {} of a depth of {depth} in tick {}",
                    self.names,
                    row.forced_volume_units,
                    row.tick
                );
            }
        }
    }
}

fn all_with(first: &str) {
    for much in MUCH {
        for how in HOW {
            for fast in FAST {
                // There is no second step to wait for.
                if much == "All" && fast.contains("cooldown") {
                    continue;
                }
                play(first, much, how, fast).check(first, much, how, fast);
            }
        }
    }
}

#[test]
fn pro_rata_with_everything() {
    all_with(FIRST[0]);
}

#[test]
fn largest_loss_with_everything() {
    all_with(FIRST[1]);
}

#[test]
fn most_liquid_with_everything() {
    all_with(FIRST[2]);
}

#[test]
fn margin_freed_with_everything() {
    all_with(FIRST[3]);
}

#[test]
fn hedges_kept_with_everything() {
    all_with(FIRST[4]);
}

/// What is sold apart, in whatever steps, is sold in the end, the books are sound in each tick on the way, and nothing goes
/// before its moment.
#[test]
fn steps_of_any_kind_come_to_an_end_with_everything_sold() {
    let block = r#"how: BlockAuction(after: "4m", reserve: 0.3, unsold: LeaveIt)"#;
    let dutch = r#"how: Dutch(start: 1.1, cut: 0.02, every: "1m", tail: "20m")"#;
    let lists = [
        format!(r#"[(of: ["acme"], steps: [(share: 0.4, {block}), (from: "2024-03-04 00:40", share: 0.5)])]"#),
        format!(r#"[(of: ["acme", "bolt"], steps: [(from: "20m", {dutch})]), (steps: [(from: "2024-03-04 00:30")])]"#),
        format!(r#"[(steps: [(share: 0.1), (share: 0.1, {block}), (share: 0.5, how: Slices(over_hours: 0.2)), ()])]"#),
        format!(r#"[(of: ["acme-swap"], steps: [(from: "2024-03-04 01:00", {block})])]"#),
    ];
    for first in FIRST {
        for how in ["Market", "ShareOfVolume(share: 0.5)", r#"BlockAuction(after: "4m", reserve: 0.3)"#] {
            for (place, list) in lists.iter().enumerate() {
                let case = play(first, "All", how, &format!("delay: \"2m\", apart: {list}"));
                let Case { names, outcome, .. } = &case;
                assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
                assert!(case.closed && case.breaches.len() == 1, "{names}");
                for target in &case.breaches[0].targets {
                    assert_eq!((target.filled, target.remaining.get()), (target.total, 0), "{names}");
                }
                let begun = case.breaches[0].targets.iter().filter_map(|target| target.first_fill).min();
                assert!(begun.is_some_and(|begun| begun > case.breaches[0].start) || place == 3, "{names}");
            }
        }
    }
}
