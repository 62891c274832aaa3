//! Who trades: one file a behaviour, and this list.
//!
//! Most trade one instrument through one account; those that trade several things are told in [`desk`].

pub mod basis_arbitrageur;
pub mod block_seller;
pub mod keeper;
pub mod central_bank;
pub mod chiarella_iori;
pub mod clients;
pub mod cross_venue_arbitrageur;
pub mod depositor;
pub mod defender;
pub mod hedger;
pub mod herding;
pub mod high_frequency_maker;
pub mod inventory_maker;
pub mod latent_liquidity;
pub mod leverage_capped_fund;
pub mod firm;
pub mod leveraged_firm;
pub mod leveraged_holder;
pub mod leveraged_long;
pub mod liquidity_provider;
pub mod loss_averse;
pub mod market_maker;
pub mod mean_reversion;
pub mod momentum;
pub mod official_desk;
pub mod option_delta_hedger;
pub mod noise_demand;
pub mod order_splitter;
pub mod overconfident;
pub mod patient;
pub mod queue_flow;
pub mod parent_order;
pub mod rational_deleverager;
pub mod reach_takers;
pub mod redeemer;
pub mod rogue_algorithm;
pub mod standing_bids;
pub mod stop_loss_crowd;
pub mod value;
pub mod zero_intelligence;

#[cfg(test)]
mod tests;

mod behaviour;
pub mod desk;
pub mod eyes;
mod hands;
pub mod sizes;
pub mod spread;

pub use behaviour::{Behaviour, Birth, Born, Draws, Leg, Outside, SLOWEST, Trader, Wake};
pub use eyes::Eyes;
pub use hands::Hands;
pub use sizes::Sizes;
pub use spread::Spread;

use crate::plan::{InstrumentPlan, Plan};
use crate::stated::Stated;
use bevy_ecs::prelude::EntityWorldMut;
use ground::moments::Moment;
use ground::units::{Cause, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::treasury::SourceFile;

/// The behaviours that decide, each by the file it is in and the component it becomes. One line a behaviour; `$then!`
/// is given the list.
macro_rules! with_behaviours {
    ($then:ident) => {
        $then! {
            ZeroIntelligence(zero_intelligence::ZeroIntelligence),
            MarketMaker(market_maker::MarketMaker),
            Value(value::ValueInvestor),
            Momentum(momentum::Momentum),
            BlockSeller(block_seller::BlockSeller),
            Keeper(keeper::Keeper),
            MeanReversion(mean_reversion::MeanReversion),
            ChiarellaIori(chiarella_iori::ChiarellaIori),
            Herding(herding::Herding),
            LeveragedLong(leveraged_long::LeveragedLong),
            LeverageCappedFund(leverage_capped_fund::LeverageCappedFund),
            RationalDeleverager(rational_deleverager::RationalDeleverager),
            LiquidityProvider(liquidity_provider::LiquidityProvider),
            LossAverse(loss_averse::LossAverse),
            Overconfident(overconfident::Overconfident),
            StandingBids(standing_bids::StandingBids),
            StopLossCrowd(stop_loss_crowd::StopLossCrowd),
            HighFrequencyMaker(high_frequency_maker::HighFrequencyMaker),
            InventoryMaker(inventory_maker::InventoryMaker),
            RogueAlgorithm(rogue_algorithm::RogueAlgorithm),
            CentralBank(central_bank::CentralBank),
            Depositor(depositor::Depositor),
            Defender(defender::Defender),
            CrossVenueArbitrageur(cross_venue_arbitrageur::CrossVenueArbitrageur),
            BasisArbitrageur(basis_arbitrageur::BasisArbitrageur),
            Hedger(hedger::Hedger),
            OptionDeltaHedger(option_delta_hedger::OptionDeltaHedger),
            OfficialDesk(official_desk::OfficialDesk),
            NoiseDemand(noise_demand::NoiseDemand),
            QueueFlow(queue_flow::QueueFlow),
            Patient(patient::Patient),
            ReachTakers(reach_takers::ReachTakers),
            Redeemer(redeemer::Redeemer),
            ParentOrder(parent_order::ParentOrder),
            LatentLiquidity(latent_liquidity::LatentLiquidity),
            OrderSplitter(order_splitter::OrderSplitter),
            LeveragedHolder(leveraged_holder::LeveragedHolder),
        }
    };
}
pub(crate) use with_behaviours;

macro_rules! traders {
    ($($name:ident($module:ident::$component:ident),)*) => {
        /// A trader, or a population of alike ones, as a world states it.
        #[derive(Clone, Debug, Read)]
        pub enum TraderFile {
            $($name($module::Params),)*
            LeveragedFirm(leveraged_firm::Params),
            Firm(firm::Params),
            Clients(clients::Params),
        }

        /// The behaviours that decide, as numbers: the decide stage keeps one list of due traders for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($name,)*
        }

        impl Kind {
            pub const COUNT: usize = [$(Self::$name),*].len();
            /// Whether each declares demand curves.
            pub const DEMANDS: [bool; Self::COUNT] = [$(<$module::$component>::DEMANDS),*];
        }

        impl TraderFile {
            /// What every behaviour's parameters say; `None` for who does not decide in the decide stage.
            pub fn joins(&self) -> Option<&dyn Joins> {
                match self {
                    $(Self::$name(own) => Some(own),)*
                    Self::LeveragedFirm(_) | Self::Firm(_) | Self::Clients(_) => None,
                }
            }

            /// Whether what it trades is given from outside, as shocks are, whatever the market does.
            pub fn is_scheduled(&self) -> bool {
                match self {
                    $(Self::$name(_) => matches!(<$module::$component>::CAUSE, Cause::Shock),)*
                    Self::LeveragedFirm(_) | Self::Firm(_) | Self::Clients(_) => false,
                }
            }

            /// Whether it looks at this of what comes from outside.
            pub fn heeds(&self, what: Outside) -> bool {
                match self {
                    $(Self::$name(_) => <$module::$component>::HEEDS.contains(&what),)*
                    Self::LeveragedFirm(_) | Self::Firm(_) | Self::Clients(_) => false,
                }
            }

            /// The same without what is under way when the world begins.
            pub fn calmed(&self) -> Self {
                let calmed = match self {
                    $(Self::$name(own) => own.calmed(),)*
                    Self::Firm(own) => Some(Self::Firm(own.calmed())),
                    Self::LeveragedFirm(_) | Self::Clients(_) => None,
                };
                calmed.unwrap_or_else(|| self.clone())
            }

            /// What is wrong with the parameters of one that decides.
            pub fn check(&self, path: &str, findings: &mut Findings) {
                match self {
                    $(Self::$name(own) => {
                        own.check(path, findings);
                        if let Some(spread) = own.spread() {
                            spread::check(own, spread, path, findings);
                            spread::check_ends(own, spread, path, &|member, findings| member.check(path, findings), findings);
                        }
                    })*
                    Self::LeveragedFirm(own) => own.check(path, findings),
                    Self::Firm(own) => own.check(path, findings),
                    Self::Clients(own) => own.check(path, findings),
                }
            }

            /// Makes one member: its behaviour becomes a component of the entity.
            pub(crate) fn bear(&self, birth: &mut Birth<'_>, entity: &mut EntityWorldMut<'_>) -> Option<Born> {
                match self {
                    $(Self::$name(own) => {
                        let varied = own.spread().map(|spread| spread::own(own, spread, birth.place, birth.traits));
                        let own = varied.as_ref().unwrap_or(own);
                        let (member, first_wake) = <$module::$component>::born(own, birth);
                        entity.insert(member);
                        Some(Born { kind: Kind::$name, latency: <$module::$component>::LATENCY, first_wake })
                    })*
                    Self::LeveragedFirm(_) | Self::Firm(_) | Self::Clients(_) => None,
                }
            }
        }
    };
}
with_behaviours!(traders);

impl TraderFile {
    /// Whether it is a firm: it has a treasury, and does not decide in the decide stage.
    pub fn is_firm(&self) -> bool {
        matches!(self, Self::LeveragedFirm(_) | Self::Firm(_))
    }

    /// The sources of money of a firm whose balance sheet is stated.
    pub fn sources(&self) -> Option<&Named<SourceFile>> {
        if let Self::Firm(own) = self { Some(&own.sources) } else { None }
    }

    /// How many members it has, and for how many instruments or at how many lenders each.
    pub fn size(&self) -> (u32, usize) {
        match self {
            Self::LeveragedFirm(own) => (1, own.lenders.len()),
            Self::Firm(own) => (1, own.accounts.len()),
            Self::Clients(own) => (own.count, 1),
            population => population.joins().map_or((1, 1), |own| {
                let accounts = own.endowment().accounts().map(Named::len);
                (own.count(), accounts.unwrap_or_else(|| own.instruments().len()))
            }),
        }
    }
}

/// How the members of a behaviour join a world: what its parameters say, whatever the rule.
pub trait Joins {
    /// What must hold beyond the bounds of each number, which stand beside their fields.
    fn check(&self, path: &str, findings: &mut Findings) {
        let _ = (path, findings);
    }

    /// What is wrong with what it says of instruments, beyond that it trades them.
    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        let _ = (path, stated, findings);
    }

    /// The moment before which it does nothing, with the parameter that says it.
    fn begins(&self) -> Option<(&'static str, Moment)> {
        None
    }

    /// Whether it bids for what lenders auction.
    fn bids(&self) -> bool {
        false
    }

    /// The same without what is under way when the world begins, if anything is: a probe looks at the market alone.
    fn calmed(&self) -> Option<TraderFile> {
        None
    }

    /// Whether it trades what an `Intervention` tells it to, and nothing else.
    fn is_told_what_to_do(&self) -> bool {
        false
    }

    /// Members for each instrument.
    fn count(&self) -> u32;

    /// What they trade, each member one of them, with the place among the parameters that names it.
    fn instruments(&self) -> Vec<(String, &str)>;

    /// The parameter that holds those places.
    fn instruments_field(&self) -> &'static str {
        "instruments"
    }

    /// What each member trades when that is more than one thing, its home first: see [`desk`]. Such a population
    /// has an endowment of accounts, and lists no instruments.
    fn legs(&self) -> Vec<desk::Role<'_>> {
        Vec::new()
    }

    /// The peg at which they burn one thing for another, with the place that names it: of a desk whose first two legs are
    /// the coin and its sister.
    fn peg(&self) -> Option<(&'static str, &str)> {
        None
    }

    /// The peg whose coin they hold and look at, with the place that names it.
    fn watches(&self) -> Option<(&'static str, &str)> {
        None
    }

    /// What of a pool is theirs at the start: where it lies, and the share of all members; of a desk whose only leg is
    /// the pool.
    fn provides(&self) -> Option<(&desk::LegFile, f64)> {
        None
    }

    /// Whether it asks for its deposit, where a lender takes deposits, and sells no more than it has been paid out.
    fn asks_for_deposits(&self) -> bool {
        false
    }

    /// How far below the price it bids at most on an ordinary day, as a share of it, with the parameter that has most part in
    /// that: of those who quote by numbers of their own.
    fn deepest_bid(&self, plan: &Plan, about: &InstrumentPlan) -> Option<(f64, &'static str)> {
        let _ = (plan, about);
        None
    }

    /// What each of them starts with.
    fn endowment(&self) -> Endowment<'_>;

    /// How far back its members look at prices.
    fn lookback(&self) -> Span {
        Span::ZERO
    }

    /// How far members differ from what the parameters say; `None` when they are all alike.
    fn spread(&self) -> Option<&Spread> {
        None
    }
}

/// What a member starts with, in one account at one lender or, a desk, in several.
#[derive(Clone, Copy, Debug)]
pub enum Endowment<'a> {
    /// Scaled by the instrument's ordinary day.
    Stake(&'a Stake),
    /// Its own money, some of the lender's, and units bought with both.
    Levered(&'a Levered),
    /// Its own money, and so many times that of a contract, on either side.
    Exposed { stake: &'a Levered, short: bool, leverages: Option<Sizes> },
    /// Units of the instrument, and no money.
    Units { lender: &'a str, units: f64 },
    /// A desk's accounts, by lender.
    Accounts(&'a Named<desk::Balance>),
}

/// What a population says whose fields have the usual names: `count`, `instruments`, `spread`, and a `stake` of this
/// kind.
macro_rules! usual_fields {
    ($stake:ident) => {
        fn count(&self) -> u32 {
            self.count
        }

        fn instruments(&self) -> Vec<(String, &str)> {
            crate::traders::listed(&self.instruments)
        }

        fn endowment(&self) -> crate::traders::Endowment<'_> {
            crate::traders::Endowment::$stake(&self.stake)
        }

        fn spread(&self) -> Option<&Spread> {
            Some(&self.spread).filter(|spread| !spread.is_empty())
        }
    };
}
use usual_fields;

/// The instruments of a population that lists them in a field `instruments`.
fn listed(instruments: &[String]) -> Vec<(String, &str)> {
    instruments.iter().enumerate().map(|(index, name)| (format!("instruments[{index}]"), name.as_str())).collect()
}

/// Finds what is no contract that one can be long or short of alike.
fn contracts_alone(path: &str, names: &[String], remedy: &str, stated: &Stated<'_>, findings: &mut Findings) {
    for (index, name) in names.iter().enumerate() {
        if stated.terms.get(name).is_some_and(|about| about.owned() || about.swap_of().is_some()) {
            let reason = format!("\"{name}\" is no contract that one can be long or short of alike");
            findings.add(format_args!("{path}.instruments[{index}]"), reason, remedy);
        }
    }
}

/// What the distances of a population are shares of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum DistanceUnit {
    /// The price.
    #[default]
    Price,
    /// What the price moves by on an ordinary day: one population then suits calm instruments and lively ones.
    Volatility,
}

impl DistanceUnit {
    /// How much of the price one of them is.
    fn of_price(self, about: &InstrumentPlan) -> f64 {
        match self {
            Self::Price => 1.0,
            Self::Volatility => about.ordinary.daily_volatility,
        }
    }
}

/// What each member of a population starts with, in one account at one lender.
#[derive(Clone, Debug, Read)]
pub struct Stake {
    pub lender: String,
    /// Money, as a multiple of the value of an ordinary day's volume of the instrument it trades.
    #[read(not_negative)]
    pub cash_days: f64,
    /// Units of the instrument, as a share of an ordinary day's volume.
    #[read(not_negative)]
    pub units_days: f64,
    /// How large members' stakes are beside each other, in money and in units. Left out: all alike.
    #[read(default)]
    pub sizes: Option<Sizes>,
    /// Where they trade. Left out: on the first venue of the instrument.
    #[read(default)]
    pub venue: Option<String>,
}

/// What each member of a population that borrows starts with, in one account at one lender.
#[derive(Clone, Debug, Read)]
pub struct Levered {
    pub lender: String,
    /// Its own money.
    #[read(positive)]
    pub equity: f64,
    /// Value of what it holds at the start over its own money. 0 for nothing held.
    #[read(within = 0.0..=1000.0)]
    pub leverage: f64,
    /// How large members' own money is beside each other. Left out: all alike.
    #[read(default)]
    pub sizes: Option<Sizes>,
    /// Where they trade. Left out: on the first venue of the instrument.
    #[read(default)]
    pub venue: Option<String>,
}

/// No population is larger than this: what fits in memory on the machine of a student.
pub const LARGEST_COUNT: u32 = 2_000_000;

/// Checks the size of a population.
pub(crate) fn check_count(path: &str, count: u32, findings: &mut Findings) {
    if count == 0 || count > LARGEST_COUNT {
        findings.add(
            format_args!("{path}.count"),
            format!("a population of {count}"),
            format!("give a number from 1 to {LARGEST_COUNT}, or leave the trader out"),
        );
    }
}
