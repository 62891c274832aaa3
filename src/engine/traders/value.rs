//! Value investors: each has its own idea of what the thing is worth and buys below it.
//!
//! - Members' values are spread evenly in the logarithm between a lowest and a highest, so that
//!   together they are a demand curve: how many units change hands when the price moves, and where the
//!   buyers of last resort stand.
//! - A member's wanted holding rises from nothing at its value to its full share of `units` when the
//!   price is `conviction` below it. It starts content: only changes from the starting price make it trade. Where a price
//!   was driven up faster than they could follow, `content` says up to where they have come: they go on selling.
//! - News moves all values by the same ratio.
//! - Of the coin of a peg a member can ask what stands behind it (`peg`, `backing`): while the sister is worth a smaller share
//!   of all coins at par than that, it thinks the coin worth less in the same proportion, as what there is has to do for
//!   all. So who bought a coin under par, in the belief that it is as good as par, sells it once it is not.
//! - It looks at the market at random moments, `pace` apart on average, and works towards its wanted
//!   holding with orders no larger than `clip`: a limit order near the touch, or with chance
//!   `urgency` one that takes what stands opposite. It buys no dearer and sells no cheaper than the price at which it is
//!   content with what it holds.
//!
//! Source: the fundamentalists of Chiarella and Iori, "A simulation analysis of the microstructure of
//! double auction markets", Quantitative Finance 2 (2002) 346-353; the capped demand is that of the
//! value funds of Thurner, Farmer and Geanakoplos, "Leverage causes fat tails and clustered
//! volatility", Quantitative Finance 12 (2012) 695-707.

use super::eyes::{lots_of_day, ticks_in};
use super::{
    Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, TraderFile, Wake, check_count,
};
use crate::stated::Stated;
use bevy_ecs::prelude::Component;
use ground::ops::{exp, ln, powf};
use ground::rng::{Stream, uniform, wait_ticks};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::contracts::InstrumentFile;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    /// The demand curve of each instrument.
    pub demand: Named<Demand>,
    pub stake: Stake,
    /// How far below its value the price must be for a member to hold all it would, as a share.
    #[read(within = 1e-6..=0.999)]
    pub conviction: f64,
    /// Mean time between two looks at the market.
    pub pace: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Chance that an order is a market order.
    #[read(within = 0.0..=1.0)]
    pub urgency: f64,
    /// Life of its limit orders.
    pub patience: Span,
    /// The peg of the coin, where it looks at what stands behind it.
    #[read(default)]
    pub peg: Option<String>,
    /// The share of all coins at par that the sister must be worth for a coin to be worth what the member thinks; where it is
    /// less, the coin is worth less in proportion. Left out: whatever stands behind it.
    #[read(default, within = 1e-6..=1e6)]
    pub backing: Option<f64>,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

#[derive(Clone, Copy, Debug, Read)]
pub struct Demand {
    /// The value of the most cautious member.
    #[read(positive)]
    pub lowest: f64,
    /// The value of the most hopeful member.
    #[read(positive)]
    pub highest: f64,
    /// Units that all members together would take up over a fall from the highest value to the lowest.
    #[read(positive)]
    pub units: f64,
    /// The price at which members would be content with what they hold at the start: where it was driven up faster than
    /// they sell, they lag behind. Left out: the starting price.
    #[read(default, positive)]
    pub content: Option<f64>,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        for (instrument, demand) in self.demand.iter() {
            let path = format!("{path}.demand.{instrument}");
            if demand.lowest >= demand.highest {
                findings.add(
                    format_args!("{path}.lowest"),
                    format!("the lowest value {} is not below the highest {}", demand.lowest, demand.highest),
                    "swap them, or spread them",
                );
            }
        }
        if self.peg.is_some() != self.backing.is_some() {
            let reason = "a peg to look at, and what it is to stand for, belong together";
            findings.add(format_args!("{path}.backing"), reason, "give both `peg` and `backing`, or neither");
        }
        if self.pace == Span::ZERO {
            findings.add(format_args!("{path}.pace"), "no time between looks", "give a length such as \"30m\"");
        }
        if self.patience == Span::ZERO {
            findings.add(format_args!("{path}.patience"), "orders that live no time", "give a length such as \"30m\"");
        }
    }

    /// An option is worth what its underlying makes it.
    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        for name in self.demand.names() {
            if let Some(of) = stated.terms.get(name).and_then(InstrumentFile::option_of) {
                findings.add(
                    format_args!("{path}.demand.{name}"),
                    format!("\"{name}\" is an option, of whose value nobody has an idea of their own"),
                    format!("name what it is on, \"{of}\""),
                );
            }
        }
    }

    fn watches(&self) -> Option<(&'static str, &str)> {
        self.peg.as_deref().map(|peg| ("peg", peg))
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        self.demand.names().map(|name| (format!("demand.{name}"), name)).collect()
    }

    fn instruments_field(&self) -> &'static str {
        "demand"
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }

    fn spread(&self) -> Option<&Spread> {
        Some(&self.spread).filter(|spread| !spread.is_empty())
    }

    fn calmed(&self) -> Option<TraderFile> {
        let demand = self.demand.iter().map(|(name, demand)| (name.to_owned(), Demand { content: None, ..*demand }));
        Some(TraderFile::Value(Self { demand: demand.collect(), ..self.clone() }))
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct ValueInvestor {
    /// What it thinks the instrument is worth before any news, in price steps.
    value: f64,
    /// Lots it would hold at full conviction.
    full: f64,
    /// Logarithm of value over price at full conviction.
    width: f64,
    /// Lots held when it wants what it wanted at the start.
    neutral: f64,
    wanted_at_start: f64,
    clip: f64,
    urgency: f64,
    /// At which peg it looks, and what must stand behind its coin.
    backing: Option<(usize, f64)>,
    /// In ticks.
    mean_wait: f64,
    patience: u32,
}

impl ValueInvestor {
    /// Lots it would hold at this price if it thought the worth was `value`.
    fn wanted(&self, value: f64, price: f64) -> f64 {
        if price <= 0.0 {
            return self.full;
        }
        self.full * (ln(value / price) / self.width).clamp(0.0, 1.0)
    }

    /// The price at which it is content with what it holds, in steps: it buys no dearer and sells no cheaper. Between
    /// its value, for one who would hold nothing, and the price of its full conviction.
    fn furthest(&self, value: f64, holding: f64) -> f64 {
        let share = (holding - self.neutral + self.wanted_at_start) / self.full;
        value * exp(-self.width * share.clamp(0.0, 1.0))
    }
}

/// The part of what a coin was thought to be worth that is left where so much stands behind it and `wanted` was to.
fn part_left(backing: f64, wanted: f64) -> f64 {
    (backing / wanted).clamp(0.0, 1.0)
}

impl Behaviour for ValueInvestor {
    type Params = Params;
    const KIND: Kind = Kind::Value;
    const HEEDS: &'static [Outside] = &[Outside::Value];

    /// The members' values stand evenly spread in the logarithm.
    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let Birth { plan, about, place: (member, members), .. } = *birth;
        let demand = params.demand.get(&about.name).expect("a member has a demand curve");
        let place = (f64::from(member) + 0.5) / f64::from(members);
        let mut own = Self {
            value: demand.lowest * powf(demand.highest / demand.lowest, place) / about.step_size,
            full: demand.units / about.lot_units / f64::from(members),
            width: -ln(1.0 - params.conviction),
            neutral: birth.held.get() as f64,
            wanted_at_start: 0.0,
            clip: lots_of_day(about, params.clip),
            urgency: params.urgency,
            backing: params.peg.as_ref().and_then(|name| plan.peg_named(name)).zip(params.backing),
            mean_wait: f64::from(ticks_in(plan, params.pace)),
            patience: ticks_in(plan, params.patience),
        };
        let content = demand.content.map_or(about.start.steps() as f64, |price| price / about.step_size);
        own.wanted_at_start = own.wanted(own.value, content);
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let market = eyes.market();
        let left = |(peg, wanted): (usize, f64)| eyes.backing(peg).map(|backing| part_left(backing, wanted));
        let left = self.backing.and_then(left).unwrap_or(1.0);
        let value = self.value * eyes.value_ratio() * left;
        let target = self.neutral + self.wanted(value, eyes.mark()) - self.wanted_at_start;
        let missing = target - eyes.holding().get() as f64;
        let lots = Lots::new(missing.abs().min(self.clip) as i64);
        let side = if missing > 0.0 { Side::Buy } else { Side::Sell };
        let at_once = uniform(draws) < self.urgency;
        // It joins the best price on its side, or crosses as far as the best on the other.
        let (near, far) = match side {
            Side::Buy => (market.bid, market.ask),
            Side::Sell => (market.ask, market.bid),
        };
        hands.withdraw_all();
        let price = if at_once { far.or(near) } else { near }.unwrap_or(market.mark).steps();
        let furthest = self.furthest(value, eyes.holding().get() as f64);
        let price = match side {
            Side::Buy => price.min(furthest.floor() as i64),
            Side::Sell => price.max(furthest.ceil() as i64),
        };
        hands.limit(side, lots, Price::new(price).clamped(), self.patience);
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coin_is_worth_no_more_for_being_backed_better_than_was_asked() {
        assert_eq!(part_left(3.0, 0.5), 1.0);
        assert_eq!(part_left(0.5, 0.5), 1.0);
        assert_eq!(part_left(0.1, 0.4), 0.25);
        assert_eq!(part_left(0.0, 0.4), 0.0);
    }
}
