//! A market maker that leans against its inventory, widens with volatility and has its limits.
//!
//! - Before each requote its old quotes lapse; it quotes `levels` prices on both sides of a
//!   reservation price that moves against its inventory.
//! - The half spread is the larger of a minimum and a multiple of recent volatility over the time
//!   to the next requote.
//! - It keeps an own idea of the fair price: news moves it at once, by the ratio by which informed traders'
//!   values moved, and at each requote it follows the market by a share of the gap between the two.
//! - Size shrinks as volatility rises above the ordinary and as inventory nears its limit; on the
//!   side that would add to a full inventory it quotes nothing. A `Liquidity` shock scales it.
//! - Beyond `withdraw_at` times ordinary volatility it quotes nothing at all, until calm returns.
//! - Once its loss since the start of the day exceeds its limit it stops for the day.
//!
//! Source: reservation price and spread after Avellaneda and Stoikov, "High-frequency trading in a
//! limit order book", Quantitative Finance 8 (2008) 217-224; the limits are those desks trade under.

use super::eyes::{lots_of_day, ordinary_tick_volatility, ticks_in};
use super::{
    Behaviour, Birth, DistanceUnit, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, Wake, check_count, usual_fields,
};
use crate::plan::{InstrumentPlan, Plan};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// How often it requotes.
    pub every: Span,
    /// Prices quoted on each side.
    pub levels: u32,
    /// Distance between its levels, in `distances`.
    #[read(within = 0.0..=1.0)]
    pub level_gap: f64,
    /// Quoted at each level, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    /// Smallest half spread, in `distances`.
    #[read(within = 0.0..=1.0)]
    pub half_spread: f64,
    /// What `level_gap` and `half_spread` are shares of. Left out: the price.
    #[read(default)]
    pub distances: DistanceUnit,
    /// Half spread for each unit of recent volatility to the next requote.
    #[read(not_negative)]
    pub spread_per_volatility: f64,
    /// Inventory it will not exceed, as a share of the ordinary daily volume.
    #[read(positive)]
    pub inventory_limit: f64,
    /// Share of the gap between its own fair price and the mark that it closes at each requote.
    #[read(within = 0.0..=1.0)]
    pub follow: f64,
    /// How far the reservation price moves at full inventory, in half spreads.
    #[read(not_negative)]
    pub skew: f64,
    /// Multiple of ordinary volatility at which it stops quoting.
    #[read(positive)]
    pub withdraw_at: f64,
    /// Loss in a day at which it stops, as a share of the value of an ordinary day's volume.
    #[read(positive)]
    pub loss_limit: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.every == Span::ZERO {
            findings.add(format_args!("{path}.every"), "requotes without end", "give a length such as \"1m\"");
        }
        if self.levels == 0 || self.levels > 100 {
            findings.add(format_args!("{path}.levels"), format!("{} levels", self.levels), "give 1 to 100");
        }
    }

    fn deepest_bid(&self, plan: &Plan, about: &InstrumentPlan) -> Option<(f64, &'static str)> {
        let horizon = f64::from(ticks_in(plan, self.every)).sqrt();
        let by_volatility = self.spread_per_volatility * ordinary_tick_volatility(plan, about) * horizon;
        let unit = self.distances.of_price(about);
        let (half_spread, level_gap) = (self.half_spread * unit, self.level_gap * unit);
        let half = half_spread.max(by_volatility);
        // A full inventory moves both quotes, and the levels stand one behind the other.
        let (leaning, behind) = (self.skew * half, f64::from(self.levels.saturating_sub(1)) * level_gap);
        let field = if leaning >= half.max(behind) && half < 1.0 {
            "skew"
        } else if behind > half {
            "level_gap"
        } else if by_volatility > half_spread {
            "spread_per_volatility"
        } else {
            "half_spread"
        };
        Some((half + leaning + behind, field))
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct MarketMaker {
    params: Quoting,
    /// Lots held when it has no inventory to lean against.
    neutral: Lots,
    session: Option<usize>,
    /// Cash and inventory at the start of the session, in minor units. What it was endowed with, to have
    /// something to sell, is not its trading.
    worth_at_open: f64,
    /// Stopped for this session.
    stopped: bool,
    /// The value that informed traders agreed on at its last quote, as a multiple of the start.
    known_value: f64,
    /// What it thinks the instrument is worth now, in price steps.
    fair: f64,
}

/// The parameters in engine units: lots and ticks.
#[derive(Clone, Copy, Debug)]
struct Quoting {
    every: u32,
    levels: u32,
    level_gap: f64,
    size: f64,
    half_spread: f64,
    spread_per_volatility: f64,
    inventory_limit: f64,
    follow: f64,
    skew: f64,
    withdraw_at: f64,
    /// In minor units.
    loss_limit: f64,
    /// Ordinary standard deviation of a tick's return.
    ordinary_volatility: f64,
}

impl MarketMaker {
    fn new(params: &Params, birth: &Birth<'_>) -> Self {
        let Birth { plan, about, .. } = *birth;
        let lots = |share| lots_of_day(about, share);
        let day_value = about.step_value.value(Lots::new(lots(1.0) as i64), about.start);
        Self {
            params: Quoting {
                every: ticks_in(plan, params.every),
                levels: params.levels,
                level_gap: params.level_gap * params.distances.of_price(about),
                size: lots(params.size),
                half_spread: params.half_spread * params.distances.of_price(about),
                spread_per_volatility: params.spread_per_volatility,
                inventory_limit: lots(params.inventory_limit),
                follow: params.follow,
                skew: params.skew,
                withdraw_at: params.withdraw_at,
                loss_limit: params.loss_limit * day_value.to_minor() as f64,
                ordinary_volatility: ordinary_tick_volatility(plan, about),
            },
            neutral: birth.held,
            session: None,
            worth_at_open: 0.0,
            stopped: false,
            known_value: 1.0,
            fair: about.start.steps() as f64,
        }
    }

    fn begin_session(&mut self, eyes: &Eyes<'_>) {
        if self.session != Some(eyes.session()) {
            self.session = Some(eyes.session());
            self.worth_at_open = eyes.worth_beyond(self.neutral);
            self.stopped = false;
        }
    }

    fn revise_fair_price(&mut self, eyes: &Eyes<'_>) {
        let news = eyes.value_ratio() / self.known_value;
        self.known_value = eyes.value_ratio();
        // The market first: its mark is older than the news.
        self.fair += self.params.follow * (eyes.mark() - self.fair);
        self.fair *= news;
    }

    fn quote(&self, eyes: &Eyes<'_>, hands: &mut Hands<'_>) {
        let quoting = &self.params;
        let market = eyes.market();
        let stress = market.volatility / quoting.ordinary_volatility;
        if stress > quoting.withdraw_at {
            return;
        }
        let inventory = (eyes.holding() - self.neutral).get() as f64 / quoting.inventory_limit;
        let horizon = f64::from(quoting.every).sqrt();
        let half = quoting.half_spread.max(quoting.spread_per_volatility * market.volatility * horizon);
        let fair = self.fair;
        let reservation = fair - inventory.clamp(-1.0, 1.0) * quoting.skew * half * fair.abs();
        for side in [Side::Buy, Side::Sell] {
            // Inventory towards this side's limit: 1 when one more fill would break it.
            let fullness = if side == Side::Buy { inventory } else { -inventory };
            let room = (1.0 - fullness).clamp(0.0, 1.0);
            let size = quoting.size * eyes.liquidity() * room / stress.max(1.0);
            for level in 0..quoting.levels {
                let away = (half + f64::from(level) * quoting.level_gap) * fair.abs();
                let price = match side {
                    Side::Buy => (reservation - away).floor(),
                    Side::Sell => (reservation + away).ceil(),
                };
                hands.limit(side, Lots::new(size as i64), Price::new(price as i64).clamped(), quoting.every);
            }
        }
    }
}

impl Behaviour for MarketMaker {
    type Params = Params;
    const KIND: Kind = Kind::MarketMaker;
    const HEEDS: &'static [Outside] = &[Outside::Value, Outside::Depth];
    /// Makers refresh their quotes before anybody else's order of the tick arrives.
    const LATENCY: u8 = 0;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        (Self::new(params, birth), 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        self.begin_session(eyes);
        self.stopped |= self.worth_at_open - eyes.worth_beyond(self.neutral) > self.params.loss_limit;
        self.revise_fair_price(eyes);
        if !self.stopped {
            self.quote(eyes, hands);
        }
        Wake::After(self.params.every)
    }
}
