//! What short options need, given what covers them, and stock, given what protects it.
//!
//! - **Stock.** A short call needs nothing for each unit of the underlying that is held long, nor a short put for each unit
//!   that is short. The stock needs what it needs at its mark, also where the call is in the money (TradeStation's schedule,
//!   "Covered ITM call"; that FINRA counts such stock at no more than the strike, on either side of the comparison, is
//!   remembered and not followed). The call's premium pays for the stock it is sold against: it is taken off what the stock
//!   needs to be opened with, less the part in the money that the stock may not lend on, and never below what the stock needs
//!   to be kept.
//! - **A spread.** A short option needs no more than what it can lose to a long one of the same right that ends no sooner: by
//!   how much the strikes are apart to the holder's loss (brokers' schedules: "strike long call - strike short call", TradeStation,
//!   Place Trade). The long one is paid for in full, of which the short one's premium pays a part: a spread bought for a debit
//!   needs the debit, and one with no limit to its favour needs nothing below that.
//! - **A straddle.** Of a short call and a short put the one that needs more (its premium counted) is asked for, and the
//!   other's premium, which equity has paid already (tastyworks, "Margin requirements for a short straddle or strangle").
//! - **Spreads together.** All spreads on one thing, where each short option ends no later than each long one, need no more than
//!   the most they can lose at any of their strikes: a condor can lose on one side only, a butterfly on neither (FINRA
//!   Regulatory Notice 12-44).
//! - **Protected stock.** Stock that is held long beside a long put, or short beside a long call, is kept with a tenth of the strike
//!   and what the option is out of the money, where that is less than what the stock needs alone (tastyworks,
//!   "Protective Put", "Protective Call"; the Cboe Margin Manual has both as hedged positions of the underlying). It is opened with as
//!   much as any stock, and the option is paid for in full. With a short option on its other side it is a collar or a
//!   conversion: see [`collar`](super::collar).
//!
//! Who is paired with whom is what asks least, see [`pairing`](super::pairing); with and without straddles, because a
//! condor's spreads may together need less than its straddle. What asks least to keep need not be what asks least to open:
//! a long option that protects stock takes nothing from what it is opened with. So there is one pairing for each.

use super::collar::{Collar, collars};
use super::pairing::{Pair, Side, best_pairs};
use super::{Need, ONE, Plan, Why};
use crate::margin::models::exact::Exact;
use crate::margin::{CallLevel, Marks, Payoff, Position, Right};
use ground::units::{InstrumentId, Lots, Price, Rate, Time};
use std::cmp::Ordering;

/// What is asked about, and what stands beside it as collateral: it covers, and needs nothing here.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    pub held: &'a [Position],
    pub beside: &'a [Position],
}

impl Account<'_> {
    fn all(&self) -> impl Iterator<Item = &Position> {
        self.held.iter().chain(self.beside)
    }
}

/// How the short options of an account are covered, and its stock is protected.
#[derive(Default)]
pub struct Paired {
    /// Of those that anything covers.
    covered: Vec<(InstrumentId, Covered)>,
    /// By how much spreads together need less than one by one, to open and to keep.
    pub together: (Exact, Exact),
}

/// What covers one short option takes off what it would need alone.
#[derive(Clone, Copy, Default)]
struct Covered {
    /// Units of the underlying, as it is kept: covered by stock, by long options, by short ones of the other right; stock that
    /// options protect.
    by: [i128; 4],
    im: Exact,
    mm: Exact,
}

/// What may cover and be covered, on one underlying; a step is what a step of its price is worth.
pub struct Leg {
    instrument: InstrumentId,
    pub units: i128,
    pub quantum: i128,
    pub what: What,
    /// Whether it is paid for here: collateral beside has its haircut elsewhere.
    paid: bool,
}

#[derive(Clone, Copy)]
pub enum What {
    Stock,
    Long(Terms),
    Short(Terms, Alone),
}

#[derive(Clone, Copy)]
pub struct Terms {
    pub right: Right,
    pub strike: Price,
    pub expiry: Time,
    premium: i128,
}

/// What a unit of a short option needs alone, beyond its premium, in billionths of a step.
#[derive(Clone, Copy)]
pub struct Alone {
    by_rate: i128,
    least: i128,
}

impl Alone {
    pub fn need(self) -> i128 {
        self.by_rate.max(self.least)
    }
}

/// What pairs there may be beside those of stock and of spreads.
#[derive(Clone, Copy)]
struct Way {
    level: CallLevel,
    straddles: bool,
    protects: bool,
}

/// What a pair on one underlying is.
#[derive(Clone, Copy)]
enum Kind {
    Stock = 0,
    Spread = 1,
    Straddle = 2,
    Protected = 3,
}

impl Paired {
    pub fn of(plan: &Plan, marks: &Marks, account: Account<'_>) -> Self {
        let mut paired = Self::default();
        let mut seen: Vec<InstrumentId> = vec![];
        for position in account.held {
            let facts = marks.facts(position.instrument);
            let is_option = facts.payoff != Payoff::Linear && !position.lots.is_zero();
            if is_option && !seen.contains(&facts.underlying) {
                seen.push(facts.underlying);
                Under::of(plan, marks, account, facts.underlying).pair(&mut paired);
            }
        }
        paired
    }

    /// By how much less this stock is kept for what protects it, and so many lots of it.
    pub fn protected(&self, marks: &Marks, stock: &Position) -> Option<(Exact, Lots)> {
        let (_, own) = self.covered.iter().find(|(instrument, _)| *instrument == stock.instrument)?;
        let step_value = i128::from(marks.step_value(stock.instrument).get()).max(1);
        Some((own.mm, Lots::new((own.by[Kind::Protected as usize] / step_value) as i64)))
    }

    /// What a short option needs.
    pub fn short(&self, plan: &Plan, marks: &Marks, position: &Position) -> Need {
        let alone = alone(plan, marks, position);
        let step_value = i128::from(marks.step_value(position.instrument).get());
        let need = Exact::product(i128::from(position.lots.get().abs()) * step_value, alone.need());
        match self.covered.iter().find(|(instrument, _)| *instrument == position.instrument) {
            None if alone.least > alone.by_rate => Need { im: need, mm: need, why: Why::ShortOptionMinimum },
            None => Need { im: need, mm: need, why: Why::ShortOption },
            Some((_, covered)) => {
                let lots = |kind: Kind| Lots::new((covered.by[kind as usize] / step_value.max(1)) as i64);
                let (stock, spread, straddle) = (lots(Kind::Stock), lots(Kind::Spread), lots(Kind::Straddle));
                let why = Why::Covered { stock, spread, straddle };
                Need { im: need - covered.im, mm: need - covered.mm, why }
            }
        }
    }
}

/// All that an account has on one underlying.
pub struct Under<'a> {
    plan: &'a Plan,
    underlying: InstrumentId,
    price: Price,
    /// What covers short calls, and what covers short puts or is a short call: pairs are of one from each.
    left: Vec<Leg>,
    right: Vec<Leg>,
    /// Whether its stock is pledged: then it needs no margin from which anything could be taken.
    pledged: bool,
    /// What a step's worth of its stock is kept with alone, in billionths.
    pub kept: i128,
    /// Whether its stock is held long, and so stands on the left.
    long: bool,
}

/// How the legs on one underlying may be taken together.
struct Taken {
    collars: Vec<Collar>,
    pairs: Vec<(Kind, i128, Pair)>,
    /// By how much the spreads among them need less together than one by one.
    together: Exact,
}

impl<'a> Under<'a> {
    fn of(plan: &'a Plan, marks: &Marks, account: Account<'_>, underlying: InstrumentId) -> Self {
        let price = marks.price(underlying);
        let is_stock = |position: &&Position| position.instrument == underlying;
        let pledged = account.beside.iter().any(|position| is_stock(&position));
        let mut under = Self { plan, underlying, price, left: vec![], right: vec![], pledged, kept: 0, long: true };
        let steps = |position: &Position| {
            i128::from(position.lots.get()) * i128::from(marks.step_value(position.instrument).get())
        };
        let stock: i128 = account.all().filter(is_stock).map(steps).sum();
        let quantum = i128::from(marks.step_value(underlying).get());
        let long = stock >= 0;
        under.long = long;
        under.kept = super::kept(plan, marks, underlying, long);
        let leg = Leg { instrument: underlying, units: stock.abs(), quantum, what: What::Stock, paid: !pledged };
        if long {
            under.left.push(leg)
        } else {
            under.right.push(leg)
        }
        for (at, position) in account.all().enumerate() {
            let facts = marks.facts(position.instrument);
            let Payoff::Option { right, strike, expiry } = facts.payoff else { continue };
            if facts.underlying != underlying || position.lots.is_zero() {
                continue;
            }
            let premium = i128::from(position.mark.steps()).max(0);
            let option = Terms { right, strike, expiry, premium };
            let what = match position.lots.is_negative() {
                true => What::Short(option, alone(plan, marks, position)),
                false => What::Long(option),
            };
            let quantum = i128::from(marks.step_value(position.instrument).get());
            let paid = at < account.held.len();
            let leg = Leg { instrument: position.instrument, units: steps(position).abs(), quantum, what, paid };
            match (what, right) {
                (What::Long(_), Right::Call) | (What::Short(..), Right::Put) => under.left.push(leg),
                _ => under.right.push(leg),
            }
        }
        // What a file declares first is not first by that.
        under.left.sort_by_key(Leg::order);
        under.right.sort_by_key(Leg::order);
        under
    }

    /// What kind of pair these two are, and what they need less as one, a unit of each.
    fn gain(&self, left: &Leg, right: &Leg, way: Way) -> Option<(Kind, i128)> {
        Some(match (left.what, right.what) {
            (What::Stock, What::Short(option, alone)) | (What::Short(option, alone), What::Stock) => {
                (Kind::Stock, self.covered(option, alone, way.level))
            }
            (What::Long(long), What::Short(short, alone)) => (Kind::Spread, spread(long, left.paid, short, alone)?),
            (What::Short(short, alone), What::Long(long)) => (Kind::Spread, spread(long, right.paid, short, alone)?),
            (What::Short(put, of_put), What::Short(call, of_call)) if way.straddles => {
                let put_needs_less = needs_less((put, of_put), (call, of_call));
                (Kind::Straddle, if put_needs_less { of_put.need() } else { of_call.need() })
            }
            (What::Stock, What::Long(put)) if way.protects => (Kind::Protected, self.protection(put)?),
            (What::Long(call), What::Stock) if way.protects => (Kind::Protected, self.protection(call)?),
            _ => return None,
        })
    }

    /// Whether what protects stock takes from what it is kept with. Nothing is lent on what is not marginable, whatever
    /// protects it, nor by who says nothing of options.
    pub fn lends(&self) -> bool {
        self.plan.protects && self.plan.stocks.of(self.underlying).marginable && !self.pledged
    }

    pub fn rate_of_a_long(&self) -> i128 {
        i128::from(self.plan.stocks.of(self.underlying).long.billionths())
    }

    /// What a unit of stock beside this is kept with, if that is less than what it needs alone.
    pub fn protected(&self, option: Terms) -> i128 {
        let (price, strike) = (i128::from(self.price.steps()), i128::from(option.strike.steps()));
        let out_of_the_money = match option.right {
            Right::Put => price - strike,
            Right::Call => strike - price,
        };
        strike.abs() * ONE / 10 + out_of_the_money.max(0) * ONE
    }

    fn protection(&self, option: Terms) -> Option<i128> {
        let beside = self.protected(option);
        (self.lends() && beside < self.kept).then(|| self.kept - beside)
    }

    /// The side its stock stands on, and the other.
    fn sides(&self) -> (&[Leg], &[Leg]) {
        if self.long { (&self.left, &self.right) } else { (&self.right, &self.left) }
    }

    /// As many collars as there may be, or fewer; with straddles or without; with long options beside stock or for spreads
    /// alone: whichever asks less at this level.
    fn best(&self, level: CallLevel) -> Taken {
        let (own, options) = self.sides();
        let stock = own.iter().find(|leg| matches!(leg.what, What::Stock));
        let keeps = level == CallLevel::Maintenance;
        let all = stock.filter(|_| keeps).map_or_else(Vec::new, |stock| collars(self, stock, options));
        let ways = [(true, false), (false, false), (true, true), (false, true)];
        let ways = ways.into_iter().filter(|(_, protects)| keeps || !protects);
        let trials = (0..=all.len()).flat_map(|some| ways.clone().map(move |way| (some, way)));
        let trials =
            trials.map(|(some, (straddles, protects))| self.taken(&all[..some], Way { level, straddles, protects }));
        let best = trials.reduce(|best, trial| if self.saved(&trial) > self.saved(&best) { trial } else { best });
        best.expect("there are two at the least")
    }

    /// By how much less is asked.
    fn saved(&self, taken: &Taken) -> Exact {
        let pairs = taken.pairs.iter().map(|(_, gain, pair)| Exact::product(pair.units, *gain));
        let collars = taken.collars.iter().map(|collar| {
            let of_short = self.short_of(collar).map_or(0, |(_, alone)| alone.need());
            Exact::product(collar.units, collar.less + of_short)
        });
        pairs.chain(collars).sum::<Exact>() + taken.together
    }

    fn short_of(&self, collar: &Collar) -> Option<(&Leg, Alone)> {
        let leg = &self.sides().1[collar.short];
        if let What::Short(_, alone) = leg.what { Some((leg, alone)) } else { None }
    }

    fn pair(&self, paired: &mut Paired) {
        let (opened, kept) = (self.best(CallLevel::Initial), self.best(CallLevel::Maintenance));
        paired.together.0 += opened.together;
        paired.together.1 += kept.together;
        for (_, gain, pair) in &opened.pairs {
            if let Some(leg) = self.taken_off(pair) {
                paired.entry(leg.instrument).im += Exact::product(pair.units, *gain);
            }
        }
        for collar in &kept.collars {
            paired.keep(self.underlying, Kind::Protected, collar.units, collar.less);
            if let Some((leg, alone)) = self.short_of(collar) {
                paired.keep(leg.instrument, Kind::Stock, collar.units, alone.need());
            }
        }
        for (kind, gain, pair) in kept.pairs {
            let instrument = match kind {
                Kind::Protected => Some(self.underlying),
                _ => self.taken_off(&pair).map(|leg| leg.instrument),
            };
            if let Some(instrument) = instrument {
                paired.keep(instrument, kind, pair.units, gain);
            }
        }
    }

    /// The short option of a pair, which is covered; of a straddle, the one that needs less.
    fn taken_off(&self, pair: &Pair) -> Option<&Leg> {
        let (left, right) = (&self.left[pair.left], &self.right[pair.right]);
        match (left.what, right.what) {
            (What::Short(put, of_put), What::Short(call, of_call)) => {
                Some(if needs_less((put, of_put), (call, of_call)) { left } else { right })
            }
            (What::Short(..), _) => Some(left),
            (_, What::Short(..)) => Some(right),
            _ => None,
        }
    }

    /// What a unit of a short option that stock covers takes off: all that it needs alone, and to open the stock a part of
    /// its premium.
    fn covered(&self, option: Terms, alone: Alone, level: CallLevel) -> i128 {
        match level {
            CallLevel::Maintenance => alone.need(),
            CallLevel::Initial => alone.need() + self.opened_less(option),
        }
    }

    /// What the premium of a covered call takes off what a unit of its stock needs to be opened with.
    fn opened_less(&self, option: Terms) -> i128 {
        if option.right == Right::Put || self.pledged {
            return 0;
        }
        let own = self.plan.stocks.of(self.underlying);
        let kept = i128::from(own.long.billionths());
        let initial = i128::from(own.initial.billionths()).max(kept);
        let in_the_money = option.in_the_money(self.price);
        let no_loan = in_the_money * (ONE - initial).max(0);
        let most = i128::from(self.price.steps()).max(0) * (initial - kept);
        (option.premium * ONE - no_loan).clamp(0, most.max(0))
    }

    /// These collars, and the best pairs of what they leave.
    fn taken(&self, collars: &[Collar], way: Way) -> Taken {
        let [left, right] = self.beyond(collars);
        let gain = |left: usize, right: usize| self.gain(&self.left[left], &self.right[right], way);
        let pairs = best_pairs(&left, &right, |left, right| gain(left, right).map_or(0, |(_, gain)| gain));
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter_map(|pair| gain(pair.left, pair.right).map(|(kind, gain)| (kind, gain, pair)))
            .collect();
        let together = self.less_together(&pairs);
        Taken { collars: collars.to_vec(), pairs, together }
    }

    /// What these collars leave of both sides.
    fn beyond(&self, collars: &[Collar]) -> [Vec<Side>; 2] {
        let sides = |legs: &[Leg]| -> Vec<Side> {
            legs.iter().map(|leg| Side { units: leg.units, quantum: leg.quantum }).collect()
        };
        let mut left_over = [sides(&self.left), sides(&self.right)];
        let [stock, options] = if self.long { [0, 1] } else { [1, 0] };
        for collar in collars {
            let of_stock = self.sides().0.iter().position(|leg| matches!(leg.what, What::Stock));
            of_stock.into_iter().for_each(|at| left_over[stock][at].units -= collar.units);
            for at in [collar.long, collar.short] {
                left_over[options][at].units -= collar.units;
            }
        }
        left_over
    }

    /// By how much less all spreads need when the most that they can lose together is looked at.
    fn less_together(&self, pairs: &[(Kind, i128, Pair)]) -> Exact {
        let mut legs: Vec<(i128, Terms, bool)> = vec![];
        let (mut one_by_one, mut last_short, mut first_long) = (0, None, None);
        for (_, gain, pair) in pairs.iter().filter(|(kind, ..)| matches!(kind, Kind::Spread)) {
            for leg in [&self.left[pair.left], &self.right[pair.right]] {
                match leg.what {
                    What::Short(option, alone) => {
                        legs.push((-pair.units, option, true));
                        one_by_one += pair.units * (alone.need() - gain);
                        last_short = last_short.max(Some(option.expiry));
                    }
                    What::Long(option) => {
                        legs.push((pair.units, option, leg.paid));
                        first_long =
                            first_long.map_or(Some(option.expiry), |first: Time| Some(first.min(option.expiry)));
                    }
                    What::Stock => unreachable!("a spread is of options"),
                }
            }
        }
        if legs.is_empty() || last_short > first_long {
            return Exact::ZERO;
        }
        let at =
            |price: Price| -> i128 { legs.iter().map(|(units, option, _)| units * option.in_the_money(price)).sum() };
        let most_lost = legs.iter().map(|(_, option, _)| -at(option.strike)).max().unwrap_or(0).max(0);
        // Beyond what the long ones need; the premiums of the short ones pay a part of that, and never more than all of it.
        let premiums = |short: bool| -> i128 {
            let counted = legs.iter().filter(|(units, _, paid)| (*units < 0) == short && *paid);
            counted.map(|(units, option, _)| units.abs() * option.premium).sum()
        };
        let together = (most_lost - premiums(true)).max(-premiums(false)) * ONE;
        Exact::product(1, (one_by_one - together).max(0))
    }
}

impl Paired {
    /// So many units of this are kept with so much less each.
    fn keep(&mut self, instrument: InstrumentId, kind: Kind, units: i128, less: i128) {
        let own = self.entry(instrument);
        own.by[kind as usize] += units;
        own.mm += Exact::product(units, less);
    }

    fn entry(&mut self, instrument: InstrumentId) -> &mut Covered {
        let at = self.covered.iter().position(|(own, _)| *own == instrument).unwrap_or_else(|| {
            self.covered.push((instrument, Covered::default()));
            self.covered.len() - 1
        });
        &mut self.covered[at].1
    }
}

impl Terms {
    fn in_the_money(self, price: Price) -> i128 {
        i128::from(self.right.intrinsic(price, self.strike).steps())
    }
}

impl Leg {
    /// By what it is, its name last: those that are alike in all else need the same whichever is covered.
    fn order(&self) -> (i128, i128, i128, Option<Time>, bool, InstrumentId) {
        let (strike, premium, expiry) = match self.what {
            What::Stock => (i128::MIN, 0, None),
            What::Long(option) | What::Short(option, _) => {
                (i128::from(option.strike.steps()), option.premium, Some(option.expiry))
            }
        };
        (strike, premium, self.quantum, expiry, self.paid, self.instrument)
    }
}

/// Whether of a short put and a short call the put needs less, its premium counted.
fn needs_less(put: (Terms, Alone), call: (Terms, Alone)) -> bool {
    let whole = |(option, alone): (Terms, Alone)| alone.need() + option.premium * ONE;
    match whole(put).cmp(&whole(call)) {
        Ordering::Equal => put.1.need() <= call.1.need(),
        order => order == Ordering::Less,
    }
}

/// What a unit of a short option needs less beside a long one of the same right that ends no sooner.
fn spread(long: Terms, paid: bool, short: Terms, alone: Alone) -> Option<i128> {
    if long.expiry < short.expiry {
        return None;
    }
    let apart = match short.right {
        Right::Call => long.strike - short.strike,
        Right::Put => short.strike - long.strike,
    };
    let apart = i128::from(apart);
    // Whole, with the premium that its holder has from the sale and owes.
    let whole = (alone.need() + short.premium * ONE).min(apart.max(0) * ONE);
    let need = (whole - short.premium * ONE).max(if paid { -long.premium * ONE } else { 0 });
    Some(alone.need() - need)
}

/// What a step's worth of an uncovered short option needs, in billionths.
fn alone(plan: &Plan, marks: &Marks, option: &Position) -> Alone {
    let facts = marks.facts(option.instrument);
    let Payoff::Option { right, strike, .. } = facts.payoff else { unreachable!("asked of options only") };
    let (price, strike) = (i128::from(marks.price(facts.underlying).steps()), i128::from(strike.steps()));
    let (out_of_the_money, least_on) = match right {
        Right::Call => ((strike - price).max(0), price.abs()),
        Right::Put => ((price - strike).max(0), strike.abs()),
    };
    let of = |rate: Rate, steps: i128| steps * i128::from(rate.billionths());
    Alone {
        by_rate: of(plan.option_rate, price.abs()) - out_of_the_money * ONE,
        least: of(plan.option_least, least_on),
    }
}
