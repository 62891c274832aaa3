//! A made-up crash for tests: three instruments, four lenders, one firm, five sessions.

use super::view::{Figure, View};
use super::{Chart, History, HistoryLoss, HistoryPrice, Listing, Named, Picture, ShockNote, words};
use results::rows::*;
use results::stamp::Stamp;
use results::summary::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub struct Sample {
    pub summary: Summary,
    pub tables: Tables,
    pub without: Tables,
    pub history: History,
    pub shocks: Vec<ShockNote>,
    pub order: Listing,
    pub compare_from: Option<u32>,
}

impl Sample {
    pub fn picture(&self) -> Picture<'_> {
        Picture {
            summary: &self.summary,
            tables: &self.tables,
            without: Some(&self.without),
            history: &self.history,
            about: "A family office holds four fifths of a small company through swaps at four lenders. When the company \
                    sells new shares the price slips, the lenders call, and the office has no cash.",
            shocks: &self.shocks,
            order: &self.order,
            compare_from: self.compare_from,
            window: super::Window::ALL,
            ticks: self.summary.ticks,
            file: None,
        }
    }
}

impl Sample {
    /// What one lender does by force is a sale, whatever the others do.
    pub fn sells_at(&mut self, lender: &str) {
        let own = self.tables.liquidations.iter_mut().filter(|row| row.lender == lender);
        own.for_each(|row| row.side = "sell".into());
    }

    /// All broke, and nothing was sold by force.
    pub fn unsold(&mut self) {
        self.tables.liquidations.clear();
        self.tables
            .accounts
            .iter_mut()
            .filter(|row| row.state == "closed")
            .for_each(|row| row.state = "breached".into());
    }

    /// Replaces the cascade by one of so many breaches at twenty lenders, most of them soon after the first.
    pub fn breaches(&mut self, count: u32) {
        self.tables.liquidations.clear();
        self.tables.cascade.clear();
        for breach in 0..count {
            let tick = BREAK + breach * breach / 400;
            let shock = 1.0 / (1.0 + f64::from(breach) / 20.0);
            for (source, from, weight) in [("shock", None, shock), ("forced", breach.checked_sub(1), 1.0 - shock)] {
                self.tables.cascade.push(CascadeRow {
                    breach,
                    tick,
                    time: time(tick),
                    account: format!("fund-{breach}").into(),
                    lender: format!("lender-{}", breach * breach % 20).into(),
                    from_breach: from.map(|from| from - from % 3),
                    from_account: None,
                    source: source.into(),
                    weight,
                });
            }
        }
    }
}

const LENDERS: [(&str, &str, usize, f64, f64); 4] = [
    // id, label, minutes after the breach until it sells, position, history's loss
    ("alpha", "Alpha Bank", 5, 9.0e6, 0.0),
    ("bravo", "Bravo Securities", 40, 12.0e6, 0.1e9),
    ("carlo", "Carlo & Cie", 200, 20.0e6, 2.9e9),
    ("delta", "Delta Holdings", 390, 26.0e6, 5.5e9),
];
const NAMES: [(&str, &str); 3] = [("MEDIA", "Media Corp"), ("CABLE", "Cable Inc"), ("SOAP", "Soap & Co (control)")];
const MINUTES: u32 = 391;
const BREAK: u32 = 3 * MINUTES + 40;

/// Noise without a generator: a fixed scramble of its argument, between −1 and 1.
fn noise(seed: u32) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995;
    x ^= x >> 15;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    f64::from(x % 20_001) / 10_000.0 - 1.0
}

fn time(tick: u32) -> Stamp {
    let days = ["2021-03-23", "2021-03-24", "2021-03-25", "2021-03-26", "2021-03-29"];
    let open = words::seconds(days[(tick / MINUTES) as usize]).unwrap() + 34_200;
    Stamp::of(open + i64::from(tick % MINUTES) * 60)
}

/// Share of one lender's position sold by a tick.
fn sold(lender: usize, tick: u32) -> f64 {
    let start = BREAK + LENDERS[lender].2 as u32;
    (f64::from(tick.saturating_sub(start)) / 150.0).min(1.0)
}

/// The noise of each tick added up.
fn wobble(name: usize, tick: u32) -> f64 {
    static SUMS: OnceLock<Vec<f64>> = OnceLock::new();
    let sums = SUMS.get_or_init(|| {
        let mut sums = Vec::new();
        for name in 0..3 {
            let mut sum = 0.0;
            for tick in 0..5 * MINUTES {
                sums.push(sum);
                sum += noise(tick * 3 + name) * 0.000_6;
            }
        }
        sums
    });
    sums[name * 5 * MINUTES as usize + tick as usize]
}

fn level(name: usize, tick: u32, forced: bool) -> f64 {
    let wobble = wobble(name, tick);
    let start = [100.0, 61.0, 132.0][name];
    let news = if tick >= MINUTES && name < 2 { [0.09, 0.05][name] } else { 0.0 };
    let mut hit = 0.0;
    if forced && name < 2 {
        for (lender, (_, _, _, position, _)) in LENDERS.iter().enumerate() {
            hit += sold(lender, tick) * position / 67.0e6 * [0.62, 0.45][name];
        }
    }
    let back = if forced && name < 2 { f64::from(tick.saturating_sub(BREAK + 500)) * 0.000_12 } else { 0.0 };
    start * (1.0 + wobble - news - hit + back)
}

fn prices(forced: bool) -> Vec<PriceRow> {
    let mut rows = Vec::new();
    let mut before = [[0.0; 4]; 3];
    for tick in 0..5 * MINUTES {
        for (name, (id, _)) in NAMES.iter().enumerate() {
            let mark = (level(name, tick, forced) * 100.0).round() / 100.0;
            let mut sold_now = 0.0;
            for lender in 0..4 {
                let now = sold(lender, tick) * LENDERS[lender].3 * [0.7, 0.3, 0.0][name];
                sold_now += now - before[name][lender];
                before[name][lender] = now;
            }
            let forced_units = if forced { sold_now } else { 0.0 };
            let volume = 60_000.0 * (1.3 + noise(tick * 7 + name as u32)) + forced_units;
            rows.push(PriceRow {
                tick,
                time: time(tick),
                instrument: (*id).into(),
                venue: "exchange".into(),
                mid: Some(mark),
                mark,
                bid: Some(mark - 0.01),
                ask: Some(mark + 0.01),
                bid_depth_1pct_units: 50_000.0,
                ask_depth_1pct_units: 50_000.0,
                volume_units: volume,
                forced_volume_units: forced_units,
                block_volume_units: 0.0,
                open_interest_units: None,
                halted: name == 0 && (BREAK + 60..BREAK + 75).contains(&tick),
            });
        }
    }
    rows
}

pub fn crash() -> Sample {
    let mut tables = Tables { prices: prices(true), ..Tables::default() };
    let without = Tables { prices: prices(false), ..Tables::default() };
    let fall = |tick: u32| 1.0 - level(0, tick, true) / 100.0;
    for tick in 0..5 * MINUTES {
        for (index, (lender, _, delay, position, _)) in LENDERS.iter().enumerate() {
            let gone = sold(index, tick);
            let worth = position * level(0, tick, true) * (1.0 - gone);
            let equity = position * 100.0 * (0.16 - fall(tick) * (1.0 - gone * 0.4));
            let breached = tick >= BREAK + *delay as u32 / 4;
            let state = if gone >= 1.0 {
                "closed"
            } else if breached {
                "breached"
            } else if tick > BREAK - 60 {
                "called"
            } else {
                "healthy"
            };
            tables.accounts.push(AccountRow {
                tick,
                time: time(tick),
                account: format!("tiger@{lender}").into(),
                trader: "tiger".into(),
                lender: (*lender).into(),
                equity,
                equity_counted: equity,
                im: worth * 0.15,
                mm: worth * 0.10,
                cash: 0.0,
                leverage_ratio: (equity > 0.0).then(|| worth / equity),
                state: state.into(),
            });
            if tick % MINUTES == 390 || (breached && tick.is_multiple_of(30)) {
                tables.lenders.push(LenderRow {
                    funds: 0.0,
                    tick,
                    time: time(tick),
                    lender: (*lender).into(),
                    capital: 20e9,
                    exposure: worth,
                    unsold: if breached { worth } else { 0.0 },
                    loss: 0.0,
                    failed: false,
                });
            }
        }
        let calls = if tick > BREAK - 60 { 2.4e9 } else { 0.0 };
        tables.firms.push(FirmRow {
            tick,
            time: time(tick),
            firm: "tiger".into(),
            value: 67e6 * 100.0 * (0.16 - fall(tick)) + 1.2e9,
            cash_deliverable: (1.2e9 - f64::from(tick) * 0.4e6 * (1.0 + noise(tick) * 0.02)).max(0.05e9),
            calls_due: calls,
            gross_exposure: 6e9,
        });
    }
    for (index, (lender, _, delay, position, _)) in LENDERS.iter().enumerate() {
        let at = BREAK + *delay as u32 / 4;
        tables.calls.push(CallRow {
            tick: BREAK - 60,
            time: time(BREAK - 60),
            account: format!("tiger@{lender}").into(),
            trader: "tiger".into(),
            lender: (*lender).into(),
            amount: 0.6e9,
            deadline: Some(time(BREAK)),
            reason: "maintenance".into(),
            outcome: "unmet".into(),
            settled_time: None,
            paid: 0.0,
        });
        for (share, id) in [(0.7, "MEDIA"), (0.3, "CABLE")] {
            tables.liquidations.push(LiquidationRow {
                breach: index as u32,
                tick: at,
                time: time(at),
                account: format!("tiger@{lender}").into(),
                trader: "tiger".into(),
                lender: (*lender).into(),
                cause: "call unmet".into(),
                instrument: id.into(),
                side: "sell".into(),
                orders: 40,
                ordered_units: position * share,
                filled_units: position * share,
                average_price: Some(70.0),
                breach_price: 88.0,
                notional: position * share * 70.0,
                slippage: position * share * 18.0,
                first_fill_time: Some(time(at + 1)),
                last_fill_time: Some(time(at + 150)),
            });
        }
        let forced = index as f64 * 0.2;
        let mut edge = |source: &'static str, from: Option<u32>, weight: f64| {
            tables.cascade.push(CascadeRow {
                breach: index as u32,
                tick: at,
                time: time(at),
                account: format!("tiger@{lender}").into(),
                lender: (*lender).into(),
                from_breach: from,
                from_account: from.map(|from| format!("tiger@{}", LENDERS[from as usize].0).into()),
                source: source.into(),
                weight,
            });
        };
        edge("shock", None, (1.0 - forced) * 0.7);
        edge("voluntary", None, (1.0 - forced) * 0.3);
        for from in 0..index {
            // The one just before pushed hardest.
            let part = (from + 1) as f64 / (index * (index + 1) / 2) as f64;
            edge("forced", Some(from as u32), forced * part);
        }
    }
    let summary = summary(&tables);
    let compare_from = Some(2 * MINUTES - 1);
    Sample { summary, tables, without, history: history(), shocks: shocks(), order: order(), compare_from }
}

fn summary(tables: &Tables) -> Summary {
    let mut lenders = BTreeMap::new();
    for (index, (id, _, delay, position, _)) in LENDERS.iter().enumerate() {
        let sold_at = BREAK + *delay as u32 + 75;
        lenders.insert(
            (*id).to_string(),
            LenderSummary {
                capital: 20e9,
                loss: [0.05e9, 0.3e9, 3.4e9, 4.6e9][index],
                failed: index == 3,
                forced_notional: position * 70.0,
                forced_bought: 0.0,
                half_sold: Some(time(sold_at).to_string()),
                unsold: 0.0,
            },
        );
    }
    let falls = [("MEDIA", 0.58, 0.002), ("CABLE", 0.44, 0.002), ("SOAP", 0.02, 0.02)];
    let counterfactual = falls.map(|(id, with, without)| {
        let row = CounterfactualSummary {
            with,
            without,
            amplification: Some(with / without),
            end_with: 1.0 - with,
            end_without: 1.0 - without,
            rise_with: 0.0,
            rise_without: 0.0,
        };
        (id.to_string(), row)
    });
    Summary {
        world: "made-up-2021".into(),
        title: "A made-up crash".into(),
        currency: "USD".into(),
        seed: 7,
        ticks: 5 * MINUTES,
        start: time(0).to_string(),
        end: time(5 * MINUTES - 1).to_string(),
        overrides: vec!["traders.tiger.leverage = 6".into()],
        with_liquidation: true,
        wall_seconds: 1.5,
        accounts: AccountsSummary { total: 4, called: 4, breached: 4, bankrupt: 3, frozen: 0 },
        liquidations: LiquidationsSummary {
            orders: 320,
            volume: 67e6,
            notional: 4.7e9,
            bought_notional: 0.0,
            slippage: 1.1e9,
        },
        lenders,
        firms: BTreeMap::from([(
            "tiger".to_string(),
            FirmSummary {
                value_start: 2.3e9,
                value_end: -3e9,
                cash_deliverable_start: 1.2e9,
                cash_deliverable_min: 0.05e9,
                failed: Some(time(BREAK).to_string()),
                value_at_failure: Some(tables.firms[BREAK as usize].value),
                treasury: None,
            },
        )]),
        waterfall: BTreeMap::from([("lender capital".to_string(), 8.35e9)]),
        cascade: CascadeSummary { size: 4, depth: 4, branching_ratio: 0.75 },
        counterfactual: BTreeMap::from(counterfactual),
        fidelity: vec![FidelityRow {
            fitted: false,
            quantity: "MEDIA close on 26 March".into(),
            unit: "USD".into(),
            history: 48.23,
            simulated: 51.4,
            error: 3.17,
            source: "the exchange's daily file <2021>".into(),
        }],
        expect: vec![ExpectRow {
            quantity: "total lender loss".into(),
            unit: "USD bn".into(),
            min: 5.0,
            max: 15.0,
            simulated: Some(8.35),
            met: true,
            enforced: true,
        }],
        ..Summary::default()
    }
}

fn history() -> History {
    let price = |instrument: &str, time: &str, price: f64, kind: &str| HistoryPrice {
        instrument: instrument.into(),
        time: time.into(),
        price,
        kind: kind.into(),
        source: "the exchange's daily file".into(),
        fitted: false,
    };
    History {
        prices: vec![
            price("MEDIA", "2021-03-23", 100.3, "close"),
            price("MEDIA", "2021-03-24", 91.2, "close"),
            price("MEDIA", "2021-03-25T16:00:00", 66.4, "close"),
            price("MEDIA", "2021-03-26", 48.2, "close"),
            price("MEDIA", "2021-03-26", 39.8, "low"),
            price("MEDIA", "2021-03-29", 45.0, "close"),
            price("CABLE", "2021-03-26", 41.9, "close"),
        ],
        losses: LENDERS
            .iter()
            .map(|(id, _, _, _, loss)| HistoryLoss {
                lender: (*id).into(),
                amount: *loss,
                source: "annual report".into(),
            })
            .collect(),
        sources: [("annual report".into(), "Annual reports of the lenders for 2021".into())].into(),
    }
}

fn shocks() -> Vec<ShockNote> {
    let note = |time: &str, text: &str| ShockNote { time: time.into(), text: text.into(), instruments: vec![] };
    vec![
        note("2021-03-23T16:30:00", "Media Corp announces the sale of new shares worth 3bn after the close"),
        note("2021-03-25T11:00:00", "Two analysts cut their rating <b>of</b> Media Corp"),
        note("2021-03-26T09:40:00", "Alpha Bank decides to sell"),
        note("2021-03-26T10:00:00", "Bravo Securities decides to sell"),
    ]
}

fn order() -> Listing {
    let named = |id: &str, label: &str| Named { id: id.into(), label: label.into() };
    Listing {
        instruments: NAMES.iter().map(|(id, label)| named(id, label)).collect(),
        firms: vec![named("tiger", "Tiger Family Office")],
        lenders: LENDERS.iter().map(|(id, label, ..)| named(id, label)).collect(),
        swaps: [("MEDIA-swap".to_owned(), "MEDIA".to_owned())].into(),
        decimals: NAMES.iter().map(|(id, _)| ((*id).to_string(), 2)).collect(),
    }
}

/// The same with something for every chart of a run: funds and winners, sources, populations, rounds, a thin book.
pub fn full() -> Sample {
    let mut sample = crash();
    let tables = &mut sample.tables;
    let at = |tick: u32| (tick, time(tick));
    for (index, (payer, layer, amount)) in [
        ("insurance fund", "insurance_fund", 3e8),
        ("bold", "auto_deleveraging", 5e8),
        ("calm", "auto_deleveraging", 2e8),
        ("carlo", "lender_capital", 1e8),
    ]
    .into_iter()
    .enumerate()
    {
        let ((tick, time), index) = (at(BREAK + 30 * index as u32), index as f64);
        let [account, lender] = ["tiger@alpha", "alpha"].map(Name::from);
        let (layer, payer, rank) = (layer.to_owned().into(), payer.into(), Some(2.0 - 0.5 * index));
        tables.waterfall.push(WaterfallRow {
            breach: Some(0),
            tick,
            time,
            account,
            lender,
            layer,
            payer,
            amount,
            rank,
        });
    }
    for (tick, balance) in [(0, 3e8), (BREAK, 0.0)] {
        let [lender, fund] = ["alpha", "insurance fund"].map(str::to_string);
        tables.funds.push(FundRow { tick, time: time(tick), lender, fund, balance });
    }
    for (source, amount, wait) in [("cash", 4e8, 1), ("repo", 9e8, 30), ("line", 6e8, 50)] {
        let (tick, time_then) = at(BREAK - 60);
        tables.treasury.push(TreasuryRow {
            tick,
            time: time_then,
            firm: "tiger".into(),
            step: "draw".into(),
            source: Some(source.into()),
            account: None,
            amount,
            cost: 0.0,
            arrives: Some(time(BREAK - 60 + wait)),
        });
    }
    for tick in (0..5 * MINUTES).step_by(20) {
        for (population, members, breaks) in
            [("three", 40, 5 * MINUTES), ("thirty", 120, BREAK), ("ten", 60, BREAK + 90)]
        {
            let equity = if tick < breaks { 1e6 * (1.0 + 0.1 * noise(tick + members)) } else { 0.0 };
            tables.populations.push(PopulationRow {
                tick,
                time: time(tick),
                population: population.into(),
                members,
                broken: if tick < breaks { 0 } else { members },
                equity_low: equity * 0.7,
                equity_median: equity,
                equity_high: equity * 1.2,
            });
        }
    }
    for round in 0..200 {
        for (trader, mean, reach) in [("leaning-maker", 60.0, 6.0), ("even-maker", 68.0, 14.0)] {
            let profit = mean + reach * noise(round * 31 + reach as u32);
            tables.rounds.push(RoundRow { trader: trader.into(), round, profit, inventory_units: 0.0 });
        }
    }
    // A quarter of an hour takes the price down, through an emptied book.
    for row in tables.prices.iter_mut().filter(|row| row.instrument == "CABLE") {
        let step = row.tick.saturating_sub(BREAK).min(15);
        row.mark = 60.0 - f64::from(step) * 1.3 + 0.2 * noise(row.tick);
        if (5..15).contains(&step) {
            row.bid_depth_1pct_units = 3_000.0;
        }
    }
    for (id, one) in [("MEDIA", 5.5), ("CABLE", 3.5)] {
        sample.summary.returns.insert(format!("{id}: tail exponent"), one);
    }
    sample
}

/// Whether a text of a figure is this.
pub fn says(figure: &Figure, words: &str) -> bool {
    figure.scene.marks.iter().any(|mark| matches!(mark, super::scene::Mark::Text { text, .. } if text == words))
}

/// The charts of a picture without their bitmaps, which take longest.
pub fn svg_charts(picture: &Picture) -> Vec<Chart> {
    let figures = super::figures(&View::of(picture));
    let chart = |figure: Figure| Chart {
        svg: super::render::svg(&figure.scene, &figure.title),
        png: Vec::new(),
        name: figure.name,
        title: figure.title,
        caption: figure.caption,
    };
    figures.into_iter().map(chart).collect()
}
