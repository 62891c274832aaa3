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
//! turns it into a [`Plan`](plan::Plan): ids instead of names, whole numbers instead of decimals. Only a plan
//! reaches the simulator. [`run::simulate`] spawns the population of the plan as entities of `bevy_ecs` and
//! runs one fixed [`schedule`](tick::schedule) of eleven stages once a tick, on one thread. The stages are
//! thin: each takes what the stage before left in a tray, calls the [`mechanics`] (the folders named under
//! the arrow), and leaves its own result. What happens is gathered as ids and whole numbers; at the
//! end [`record`] gives it names and units, [`analysis`] sets it against history and against the same
//! run without forced selling, and [`chart`] draws it. [`sweep`] does that many times, one run to a core; [`ask`] does it as one
//! function.
//!
//! # One tick
//!
//! Read [`tick`] first: its doc is the list of stages, and `engine/tick/mod.rs` is that list as code.
//! [`tick::trays`] tells who hands what to whom, [`tick::state`] what lasts from tick to tick. Two
//! things follow from the order. A forced order is decided in one tick and meets the book in the next, through the
//! same screen and the same book as everyone else's, so a cascade shows as successive ticks. And a trader
//! sees only what was published at the end of the last tick ([`tick::view`]), so nobody peeks ahead.
//!
//! # Code map
//!
//! Each folder of `src/` that has a `Cargo.toml` is a crate, and its first page says what it may know and what it never
//! does. From the bottom to the top:
//!
//! | crate | module | what it does |
//! |---|---|---|
//! | [`ground`] | [`units`], [`moments`], [`numbers`], [`ops`], [`rng`], [`index_set`], [`columns`] | money, prices, lots, rates, time; numbers as text; `exp` and `ln`; random streams; sets in order; columns of numbers that are mostly small |
//! | | [`fault`] | panics caught at the edge |
//! | | [`shown`] | a stranger's text without what a terminal would obey |
//! | `derive` | | the reader of a type of the world language, written from the type |
//! | [`language`] | [`text`], [`findings`], [`named`], [`names`] | the text of a world with its places, `--set`, and what is wrong with it; every text is read once |
//! | [`mechanics`] | [`book`] | one market's order book: price-time priority, stops, call auctions; and its naive twin for tests |
//! | | [`impact`] | the alternative to a book: a price that moves by a stated function of net volume |
//! | | [`demand`] | the other alternative: demand curves, and the price at which they balance |
//! | | [`stable_swap`] | a pool of like coins: its invariant, swaps, and those who provide and leave |
//! | | [`mint_burn`] | a coin and the sister that is minted for it: virtual pools, spread, recovery |
//! | | [`deposits`] | a coin that is left with a lender: its rate, the reserve that pays for it, the queue of those who want it back |
//! | | [`halts`] | when a market stops and when it goes on: bands, market-wide levels, velocity, daily limits |
//! | | [`ledger`] | cash and positions in columns, moved only by transfers, each written to a journal |
//! | | [`contracts`] | futures, perpetuals and options: what a world says of them, how marks are set, funding, what accrues |
//! | | [`margin`] | equity, requirements, calls; `watch`, which knows the accounts that can have changed sides |
//! | | [`treasury`] | how a firm finds cash: sources, playbook, collateral, what to cut |
//! | | [`screen`] | checks before a trade, in a fixed order; the first to fail is the recorded reason |
//! | | [`liquidation`] | how a breached account is unwound: what first, how much, how, how fast |
//! | | [`waterfall`] | who pays what an account still owes once it is flat: funds, layers, auto-deleveraging |
//! | | [`lenders`] | what capital a lender must have, and who loses when it fails |
//! | | [`audit`] | separate code that proves that what moved balances, and at the end rebuilds every balance |
//! | [`results`] | [`rows`], [`summary`] | what a run leaves, as plain data: rows of tables, the summary, what a probe or a buffer found |
//! | [`engine`] | [`plan`], [`options`] | a checked world in ids and whole numbers; how to run it |
//! | | [`tick`] | one tick: the schedule, the stages, the trays, the published view, the clock |
//! | | [`traders`] | who trades: one file a behaviour; what a trader can see (`eyes`) and do (`hands`) |
//! | | [`shocks`], [`stated`] | what strikes from outside: one file a shock; what a part may ask of the world that states it |
//! | | [`study`] | what theory says of a market, counted as it runs: queues, quotes, rounds |
//! | | [`gather`], [`gauges`] | what happened, kept as ids and whole numbers until the run is over |
//! | [`files`] | | Parquet tables, manifest, the folder that appears whole or not at all; the one user of polars |
//! | [`world`] | | world files come in here and only here: the file as written ([`world::file`]), checks, the plan |
//! | [`record`] | [`run`] | one run of a plan from the first tick to the last, with names and units |
//! | | [`analysis`] | the cascade, fidelity, expectations, with and without forced selling |
//! | [`chart`] | | pictures and the report page, from rows alone |
//! | this one | [`probe`] | what the market of a world is like before anything happens: returns, tails, memory, depth, impact |
//! | | [`buffer`] | how large a firm's liquid buffer must be, over many runs |
//! | | [`compare`] | finished runs held against one another: what differs in what went in, and in what came out |
//! | | [`explain`] | one account at one tick, taken apart, by simulating up to there again |
//! | | [`sweep`] | many runs side by side into one table, which survives being killed |
//! | | [`pictures`] | what a run's charts need to know of its world |
//! | | [`ask`] | one run as a function of a world, overrides, a seed and what is to be kept; what a library, a pipe and Python say |
//! | | [`cli`] | what a person types and reads; the only place that prints, reads a clock or hears Ctrl-C |
//! | `python` | | what [`ask`] and [`sweep`] answer, as objects of Python; built by `pip`, and no default member |
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
//!   [`Finding`](findings::Finding) with place, reason and remedy, and all are reported at once. A market
//!   outcome (an empty book, a failed lender) is a recorded value and never an `Err`.
//! - **A run's folder appears whole or not at all**, and nothing that exists is overwritten but the own files of an equal run.
//!
//! # Where to add things
//!
//! The compiler leads the way: the lists are enums, and each `match` that lacks the new arm does not
//! build. What is new in the language then occurs in a fixture as well: `tests/every_kind.rs` names what none of
//! `tests/world_fixtures/` says.
//!
//! - **A trader**: its file in [`traders`] (rule as bullets, source, parameters that say how its members
//!   [`join`](traders::Joins) the world, the component with `born` and `decide`, tests), and a line in the list
//!   `with_behaviours` in `engine/traders/mod.rs`. Nobody else asks which trader it is: what others must know of it (whether
//!   it acts out a shock, from when, whether it bids in auctions) is a question of [`Joins`](traders::Joins) or
//!   [`Behaviour`](traders::Behaviour) that has an answer for most. One that trades several things, or elsewhere than on the
//!   first venue, names its legs ([`traders::desk`]), and looks and acts [`at`](traders::Eyes::at) each. Who holds accounts but
//!   does not decide among the others (a firm) has arms in `world/draft/accounts.rs` and `world/check/traders.rs` instead.
//! - **A margin model**: its file in [`margin::models`] (language and, as a [`Model`](margin::models::Model), checks, plan,
//!   requirement, breakdown, and a [`Bound`](margin::Bound) on how fast the requirement can change); a line in the list in
//!   `mechanics/margin/models/mod.rs`; a line in `tests/support/models.rs`, by which every property is tested on it. A model
//!   for which no such bound holds states none, and its accounts are looked at each tick.
//! - **An add-on** to any margin model: its file in [`margin::addons`], a field in its `AddOns` and `AddOnsFile`, its
//!   place in `on_top_of` and in `slope`. What is counted as collateral is [`margin::collateral`]; margin modes are made in
//!   `world/draft/pools.rs`, and nothing after the plan knows of them.
//! - **A source of liquidity**: its file in `mechanics/treasury/sources`, a line in [`treasury::SourceFile`] and
//!   [`treasury::SourceKind`]; arms in `mechanics/treasury/plan.rs` (what it can give, its fee), `world/draft/firms.rs` and
//!   `engine/tick/stages/treasury/draw.rs`, which moves the money. A stage of a playbook: a variant of
//!   [`treasury::StageFile`], its arm in `engine/tick/stages/treasury/desk.rs`.
//! - **A liquidation policy**: a variant on its axis in `mechanics/liquidation/policy.rs`, its arm in [`liquidation`] (`first`,
//!   `much`, `how`, `auction`) and its check in `world/check/liquidation.rs`. A way to sell off the book has an arm in
//!   `engine/tick/stages/auctions.rs` as well. What one lender sells otherwise, and when, is a list of steps (`steps`), and so
//!   is how lenders sell who have agreed on it (`standstill`): a new kind of agreement is a line in
//!   [`liquidation::KindFile`] and an arm in `world/draft/policy.rs` and `engine/tick/state/pacts.rs`.
//! - **A waterfall layer**: its file in [`waterfall`], a line in [`waterfall::LayerFile`] and
//!   [`waterfall::LayerPlan`], an arm in `distribute` and one in `engine/tick/stages/waterfall.rs`, which moves the money.
//! - **A shock**: its file in [`shocks`] (language and, as a [`Shock`](shocks::Shock), checks, plan and `strike`), a line in the
//!   list in `engine/shocks/mod.rs`, and a test. What a check may ask of the world around it is [`stated::Stated`]; what a
//!   plan may, [`shocks::Drafted`]; what a strike may touch, [`shocks::Field`].
//! - **A mark rule**: a variant of [`contracts::MarkFile`] with its check, its plan in `mechanics/contracts/mark/plan.rs`, its
//!   arithmetic in a file beside them, and its arm in `engine/tick/stages/marking.rs`, which shows it the books.
//! - **Where forced orders go**: a variant of [`liquidation::Route`], its arm in `engine/tick/stages/route.rs`.
//! - **A latency class** for a population is a line of a world (`latency`); a kind's own is `LATENCY` in its file.
//! - **A price formation**: another [`impact::Law`] is an arm in `mechanics/impact/law.rs` and a line in
//!   [`impact::LawFile`], with its check there (one that remembers when volume came has its memory beside it, as `memory.rs`); another curve of a [`pool`](mechanics::pool) is a file beside `product.rs`, an arm of
//!   [`Curve`](mechanics::pool::Curve), and one of [`CurveFile`](mechanics::pool::CurveFile).
//! - **A shape of demand**: a variant of [`demand::Curve`] and its arm in `mechanics/demand/curve.rs`; a behaviour declares it
//!   through `hands.demand`, and it trades in books as well.
//! - **A halt**: its machine in [`halts`], a line in [`halts::HaltFile`] and in [`halts::RulePlan`], and where it
//!   looks in `engine/tick/stages/halts.rs`.
//! - **A measure** of a stretch of time: a line in [`measures::Measure`] and its words there, its arm in
//!   [`gauges`], and those the compiler asks for in `record/analysis/measure.rs`, `world/check/stretches.rs` and
//!   `world/draft/stretches.rs`.
//! - **A part of a stage**: its file in [`tick::stages`], which takes what it needs out of the
//!   [`State`](tick::state::State) in its first statement; its call in `engine/tick/mod.rs`, behind a field of
//!   [`Needs`](tick::needs::Needs) if only some plans can need it, or a question from [`tick::work`] if most ticks have
//!   nothing for it.
//! - **A chart**: its file in [`chart`], a line in `figures` in `chart/lib.rs`.
//! - **A table**: a row struct in [`rows`] (what stands beside its fields is what files and `firesale tables` say of them; a unit
//!   that its name does not tell is an attribute), its columns in [`files::tables`] (raise
//!   [`SCHEMA_VERSION`](files::tables::SCHEMA_VERSION)), a line in `files/contents.rs`.
//! - **A figure** of a run's summary: its field in [`summary`], its line in [`results::figures`], its unit and meaning in
//!   [`results::meanings`].
//! - **A figure of the probe**: its sums in [`probe::quiet_stats`], its row in [`probe::figures`], and a variant of
//!   [`probe_plan::Quantity`] if a world may state a band for it.
//! - **A world**: one file in `worlds/`. It is built in at the next build, listed, and covered by the tests that
//!   go over all worlds.
//!
//! # Direction of dependencies
//!
//! An arrow points down the code map, and Cargo holds it: a crate that is not among the dependencies of another cannot be
//! named there, and a circle does not build.
//!
//! ```text
//! language   knows ground
//! mechanics  knows ground, language
//! engine     knows ground, language, mechanics, results
//! files      knows ground, results
//! world      knows ground, language, mechanics, results, engine, files
//! record     knows ground, mechanics, results, engine
//! chart      knows ground, results
//! ```
//!
//! `python` stands above this crate and decides nothing.
//!
//! Below `files` and `world` there is no file, no clock, no thread and no environment: `tests/layers.rs` holds that, and
//! this list.
//!
//! - The words of a world stand with their mechanism (`MarginFile` in [`margin`], a trader's `Params` in its file) and so
//!   do the plan's parts; [`world`] joins them, and nothing of a mechanism knows a world.
//! - Traders are components and know the tick's view, clock and intents, through `Eyes` and `Hands` only.
//! - [`gather`] is a part of the running world's state, into which the stages write. What it kept gets names in [`record`].
//! - [`world`] takes from [`files`] how a stranger's Parquet is read and a file hashed, and from [`results`] the names of
//!   figures, to tell an author that an expectation names none of them. It knows nothing of [`record`].
//! - [`chart`] knows [`ground`] and [`results`]: rows and plain data, no engine and no file.

pub use engine::{
    correlations, gather, gauges, measures, options, plan, probe_plan, shocks, stated, study, tick, traders,
};
pub use ground::{columns, fault, index_set, moments, numbers, ops, rng, shown, units};
pub use language::{findings, named, names, text};
pub use mechanics::{
    audit, book, contracts, demand, deposits, halts, impact, ledger, lenders, liquidation, margin, mint_burn, screen,
    stable_swap, treasury, waterfall,
};
pub use results::{self, rows, summary};

pub use world;
pub mod probe;
pub mod buffer;
pub mod compare;
pub mod explain;
pub use chart;
pub use files;
pub use record::{self, analysis, run};
pub mod pictures;
pub mod sweep;
pub mod ask;
pub mod cli;
