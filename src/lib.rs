//! Firesale simulates how leveraged markets unwind. The README says what it is for and how to use it;
//! this page says how it is built, for whoever wants to change it.
//!
//! # Bird's eye view
//!
//! ```text
//! worlds/*.ron -> world -> Plan -> tick, tick, tick, ... -> record -> analysis -> chart
//!                                    |
//!                  traders  book  ledger  margin  liquidation  waterfall
//! ```
//!
//! A *world* is a text file. [`world`] reads it, reports everything that is wrong with it at once, and
//! turns it into a [`Plan`](world::plan::Plan): ids instead of names, whole numbers instead of decimals. Only a plan
//! reaches the simulator. [`run::simulate`] spawns the population of the plan as entities of `bevy_ecs` and
//! runs one fixed [`schedule`](tick::schedule) of eleven stages once a tick, on one thread. The stages are
//! thin: each takes what the stage before left in a tray, calls the mechanics (the folders named under
//! the arrow), and leaves its own result. What happens is gathered as ids and whole numbers; at the
//! end [`record`] gives it names and units, [`analysis`] sets it against history and against the same
//! run without forced selling, and [`chart`] draws it. [`sweep`] does that many times, one run to a core.
//!
//! # One tick
//!
//! Read [`tick`] first: its doc is the list of stages, and [`tick::schedule`] is that list as code.
//! [`tick::trays`] tells who hands what to whom, [`tick::state`] what lasts from tick to tick. Two
//! things follow from the order. A forced order is decided in one tick and meets the book in the next, through the
//! same screen and the same book as everyone else's, so a cascade shows as successive ticks. And a trader
//! sees only what was published at the end of the last tick ([`tick::view`]), so nobody peeks ahead.
//!
//! # Code map
//!
//! | folder | what it does |
//! |---|---|
//! | [`world`] | world files come in here and only here: text with places, the file as written ([`world::file`]), checks, the plan; `--set` |
//! | [`tick`] | one tick: the schedule, the stages, the trays, the published view, the clock |
//! | [`traders`] | who trades: one file a behaviour; what a trader can see (`eyes`) and do (`hands`) |
//! | [`book`] | one market's order book: price-time priority, stops, call auctions; and its naive twin for tests |
//! | [`impact`] | the alternative to a book: a price that moves by a stated function of net volume |
//! | [`demand`] | the other alternative: demand curves, and the price at which they balance |
//! | [`halts`] | when a market stops and when it goes on: bands, market-wide levels, velocity, daily limits |
//! | [`ledger`] | cash and positions in columns, moved only by transfers, each written to a journal |
//! | [`contracts`] | futures, perpetuals and options: what a world says of them, how marks are set, funding, what accrues |
//! | [`margin`] | equity, requirements, calls; `watch`, which knows the accounts that can have changed sides |
//! | [`treasury`] | how a firm finds cash: sources, playbook, collateral, what to cut |
//! | [`screen`] | checks before a trade, in a fixed order; the first to fail is the recorded reason |
//! | [`liquidation`] | how a breached account is unwound: what first, how much, how, how fast |
//! | [`waterfall`] | who pays what an account still owes once it is flat: funds, layers, auto-deleveraging |
//! | [`lenders`] | what capital a lender must have, and who loses when it fails |
//! | [`audit`] | separate code that proves that what moved balances, and at the end rebuilds every balance |
//! | [`run`] | one run of a plan from the first tick to the last |
//! | [`record`] | what a run leaves: rows, Parquet tables, summary, manifest, the folder that appears whole or not at all |
//! | [`analysis`] | the cascade, fidelity, expectations, with and without forced selling |
//! | [`probe`] | what the market of a world is like before anything happens: returns, tails, memory, depth, impact |
//! | [`study`] | what theory says of a market, counted as it runs: queues, quotes, rounds |
//! | [`explain`] | one account at one tick, taken apart, by simulating up to there again |
//! | [`chart`] | pictures and the report page, from rows alone |
//! | [`sweep`] | many runs side by side into one table |
//! | [`cli`] | what a person types and reads; the only place that prints, reads a clock or hears Ctrl-C |
//! | [`units`], [`ops`], [`rng`], [`index_set`], [`fault`] | money, prices, lots, rates, time; `exp` and `ln`; random streams; sets in order; panics caught at the edge |
//!
//! Beside `src/`: `worlds/` holds the built-in worlds and, in `worlds/sweeps/`, sweeps over them; `tests/` what is
//! proved through the public face and through the binary; `benches/` what is measured; `assets/` the font of the
//! charts.
//!
//! # What always holds
//!
//! - **The same world, seed and build give the same bytes** in every file but for `wall_seconds`, on one
//!   thread or many, in debug or release, whatever is recorded. So: no hash maps, no clock outside
//!   [`cli`], no query order where order matters (go by id), `exp` and its kin only through [`ops`].
//! - **Draws belong to their owner.** Each (seed, name, purpose) has its own stream ([`rng`]); adding or silencing
//!   one trader, or switching liquidation off, leaves all other draws as they were.
//! - **Money is whole minor units and moves only by transfers** with two sides; prices are whole
//!   steps, quantities whole lots. Floats may decide (a trader's view), never settle: the settling modules
//!   deny float arithmetic.
//! - **The audit runs in every build.** A residual that is not zero is a fault of the program.
//! - **Three kinds of bad news.** A broken invariant panics, in release too. A user's mistake is a
//!   [`Finding`](world::findings::Finding) with place, reason and remedy, and all are reported at once. A market
//!   outcome (an empty book, a failed lender) is a recorded value and never an `Err`.
//! - **A run's folder appears whole or not at all**, and nothing that exists is overwritten but the own files of an equal run.
//!
//! # Where to add things
//!
//! The compiler leads the way: the lists are enums, and each `match` that lacks the new arm does not
//! build.
//!
//! - **A trader**: its file in [`traders`] (rule as bullets, source, parameters that say how its members
//!   [`join`](traders::Joins) the world, the component with `born` and `decide`, tests), and a line in the list
//!   `with_behaviours` in `traders/mod.rs`. One that trades several things, or elsewhere than on the first venue, names
//!   its legs ([`traders::desk`]), and looks and acts [`at`](traders::Eyes::at) each. Who holds accounts but does not decide among the others (a firm) has
//!   arms in `world/build/accounts.rs`, `world/check/traders.rs` and `world/check/sizes.rs` instead.
//! - **A margin model**: its file in [`margin::models`] (language, checks, plan, requirement, breakdown, and a
//!   [`Bound`](margin::Bound) on how fast the requirement can change); a line in [`margin::MarginFile`] and in
//!   [`margin::MarginPlan`], and the arms that the compiler then asks for in `margin/models/mod.rs`; a line in
//!   `tests/support/models.rs`, by which every property is tested on it. A model for which no such bound holds says
//!   [`Bound::MustScan`](margin::Bound::MustScan), and its accounts are looked at each tick.
//! - **An add-on** to any margin model: its file in [`margin::addons`], a field in its `AddOns` and `AddOnsFile`, its
//!   place in `on_top_of` and in `slope`. What is counted as collateral is [`margin::collateral`]; margin modes are made in
//!   `world/build/pools.rs`, and nothing after the plan knows of them.
//! - **A source of liquidity**: its file in `treasury/sources`, a line in [`treasury::SourceFile`] and
//!   [`treasury::SourceKind`]; arms in `treasury/plan.rs` (what it can give, its fee), `world/build/firms.rs` and
//!   `tick/stages/treasury/draw.rs`, which moves the money. A stage of a playbook: a variant of
//!   [`treasury::StageFile`], its arm in `tick/stages/treasury/desk.rs`.
//! - **A liquidation policy**: a variant on its axis in `liquidation/policy.rs`, its arm in [`liquidation`] (`first`,
//!   `much`, `how`, `auction`) and its check in `world/check/liquidation.rs`. A way to sell off the book has an arm in
//!   `tick/stages/auctions.rs` as well.
//! - **A waterfall layer**: its file in [`waterfall`], a line in [`waterfall::LayerFile`] and
//!   [`world::plan::LayerPlan`], an arm in `distribute` and one in `tick/stages/waterfall.rs`, which moves the money.
//! - **A shock**: a line in `ShockKindFile` and in [`world::plan::ShockKind`]; its file in `tick/stages/shocks/` with a
//!   `strike`, and the arms the compiler asks for there, in `world/build/history.rs` and in `world/check/shocks.rs`
//!   (for feeds, venues and lenders that fail: `failures.rs` in both).
//! - **A mark rule**: a variant of [`contracts::MarkFile`] with its check, its plan in `contracts/mark/plan.rs`, its
//!   arithmetic in a file beside them, and its arm in `tick/stages/marking.rs`, which shows it the books.
//! - **Where forced orders go**: a variant of [`liquidation::Route`], its arm in `tick/stages/route.rs`.
//! - **A latency class** for a population is a line of a world (`latency`); a kind's own is `LATENCY` in its file.
//! - **A price formation**: another [`impact::Law`] is an arm in `impact/law.rs` and a line in
//!   [`impact::LawFile`], with its check there.
//! - **A shape of demand**: a variant of [`demand::Curve`] and its arm in `demand/curve.rs`; a behaviour declares it
//!   through `hands.demand`, and it trades in books as well.
//! - **A halt**: its machine in [`halts`], a line in [`halts::HaltFile`] and in [`halts::RulePlan`], and where it
//!   looks in `tick/stages/halts.rs`.
//! - **A measure** of a stretch of time: a line in [`world::measures::Measure`] and its words there, its arm in
//!   [`record::gauges`], and those the compiler asks for in `analysis/measure.rs`, `world/check/stretches.rs` and
//!   `world/build/stretches.rs`.
//! - **A system of the tick**: its place in [`tick::schedule_of`], inside `when` with a field of
//!   [`Needs`](tick::needs::Needs) if only some plans can need it, with a question from [`tick::work`] if most ticks have
//!   nothing for it, and a line in `tests/tick_order.rs`.
//! - **A chart**: its file in [`chart`], a line in `figures` in `chart/mod.rs`.
//! - **A table**: a row struct in [`record::rows`], its columns in [`record::tables`] (raise
//!   [`SCHEMA_VERSION`](record::tables::SCHEMA_VERSION)), a line in `record/contents.rs`.
//! - **A figure of the probe**: its sums in [`probe::quiet_stats`], its row in [`probe::figures`], and a variant of
//!   [`probe::figures::Quantity`] if a world may state a band for it.
//! - **A world**: one file in `worlds/`. It is built in at the next build, listed, and covered by the tests that
//!   go over all worlds.
//!
//! # Direction of dependencies
//!
//! Mechanics ([`book`], [`ledger`], [`margin`], [`liquidation`], [`waterfall`]) know [`units`] and, where they
//! must, each other downwards (`margin` reads the `ledger`); never the ECS, the clock, random numbers or
//! files. [`tick`] knows the mechanics. [`record`], [`analysis`], [`chart`] and [`cli`] come after it and nothing
//! before them knows them.
//!
//! That is the intent. The tree deviates from it in these places, each known:
//!
//! - The language of a world stands with its mechanism (`MarginFile` in `margin`, a trader's `Params` in its
//!   file) while the plan's types stand in [`world::plan`]. So `world` and the mechanics know each other's
//!   *types*; neither calls the other, but that a trader's parameters check themselves.
//! - Traders are components and know the tick's view, clock and intents, through `Eyes` and `Hands` only.
//! - [`record::gather`] is a resource of the running world: the stages write into it, and it knows one tray's
//!   type (`tick::trays::Push`) and the run's [`Keep`](run::Keep).
//! - [`run`] stands above `tick`, `record` and `analysis` and calls them, while its plain options
//!   ([`run::RunOptions`], [`run::Outcome`]) are read below.
//! - [`record::gauges`] calls a measure by the words that [`analysis`] has for it.
//! - `world/replay` reads its files with [`record`]'s Parquet reader and hash, and [`record`] and [`analysis`] take
//!   their statistics (moments, tails, a line through points) from [`probe`], where they stand once.
//! - `world/check/reference.rs` knows the fields of [`record::summary::Summary`], to tell a world's author that an
//!   expectation names none of them.

pub use ground::{index_set, moments, ops, rng, units};
pub use language::{findings, named, text};

pub mod fault;
pub mod world;
pub mod run;
pub mod tick;
pub mod traders;
pub mod book;
pub mod impact;
pub mod demand;
pub mod halts;
pub mod ledger;
pub mod contracts;
pub mod margin;
pub mod treasury;
pub mod screen;
pub mod liquidation;
pub mod waterfall;
pub mod lenders;
pub mod audit;
pub mod probe;
pub mod analysis;
pub mod explain;
pub mod record;
pub mod study;
pub mod chart;
pub mod sweep;
pub mod cli;
