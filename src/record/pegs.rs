//! Coins and their sisters, with names and units.

use super::names::{Names, Times, halves_of_steps};
use engine::gather::{Gather, PegRecord};
use engine::plan::InstrumentPlan;
use ground::units::{InstrumentId, Lots, Price};
use mechanics::mint_burn::Offered;
use results::rows::PegRow;
use results::summary::PegSummary;
use std::collections::BTreeMap;

pub fn rows(names: Names<'_>, records: &[PegRecord]) -> Vec<PegRow> {
    let mut times = Times::new(names);
    records.iter().map(|record| row(names, &mut times, record)).collect()
}

fn row(names: Names<'_>, times: &mut Times<'_>, record: &PegRecord) -> PegRow {
    let own = Sides::of(names, record.peg);
    let count = own.count(record);
    let price = |about: &InstrumentPlan, price: Price| halves_of_steps(about.step_size, 2 * price.steps());
    PegRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        peg: names.0.pegs[record.peg].name.clone(),
        coin: own.coin.name.clone(),
        sister: own.sister.name.clone(),
        coin_price: price(own.coin, record.coin),
        sister_price: price(own.sister, record.sister),
        oracle_price: price(own.sister, record.view.oracle),
        spread: record.view.module.marginal_spread(Offered::Coin),
        pool_delta: record.view.module.d() as f64 / ground::ops::powf(10.0, f64::from(names.0.currency.decimals)),
        coin_supply_units: count.coin_supply_end,
        sister_supply_units: count.sister_supply_end,
        backing: record.view.backing(own.afloat(record), own.sister.step_value),
        coin_burnt_units: count.coin_burnt,
        coin_minted_units: count.coin_minted,
        sister_burnt_units: count.sister_burnt,
        sister_minted_units: count.sister_minted,
        halted: record.view.halted,
    }
}

pub fn summaries(names: Names<'_>, gather: &Gather) -> BTreeMap<String, PegSummary> {
    let summary =
        |record: &PegRecord| (names.0.pegs[record.peg].name.clone(), Sides::of(names, record.peg).count(record));
    gather.last_pegs.iter().map(summary).collect()
}

/// The two instruments of a peg.
struct Sides<'a> {
    coin: &'a InstrumentPlan,
    sister: &'a InstrumentPlan,
}

impl<'a> Sides<'a> {
    fn of(names: Names<'a>, peg: usize) -> Self {
        let plan = &names.0.pegs[peg];
        let instrument = |id: InstrumentId| &names.0.instruments[id.index()];
        Self { coin: instrument(plan.coin), sister: instrument(plan.sister) }
    }

    /// Lots that there are of each.
    fn afloat(&self, record: &PegRecord) -> (f64, f64) {
        let [coin, sister] = record.more.map(|more| more.get() as f64);
        (self.coin.float_lots() + coin, self.sister.float_lots() + sister)
    }

    /// What was there at the start is the float.
    fn count(&self, record: &PegRecord) -> PegSummary {
        let [coin, sister] = [self.coin, self.sister].map(|about| move |lots: Lots| about.units_of(lots));
        let (burnt, minted) = (record.view.all.burnt, record.view.all.minted);
        let (coin_burnt, coin_minted) = (coin(burnt.coin), coin(minted.coin));
        let (sister_burnt, sister_minted) = (sister(burnt.sister), sister(minted.sister));
        let terms = record.view.terms;
        let of_par = |amount: i128| (terms.at_par > 0).then(|| amount as f64 / terms.at_par as f64);
        PegSummary {
            burnt_discount: of_par(terms.at_par - terms.at_mark),
            burnt_spread: of_par(terms.at_par - terms.minted),
            burnt_kept: of_par(terms.minted - terms.at_mark),
            coin_supply_start: self.coin.float_units,
            coin_supply_end: self.coin.float_units + coin(record.more[0]),
            sister_supply_start: self.sister.float_units,
            sister_supply_end: self.sister.float_units + sister(record.more[1]),
            coin_burnt,
            coin_minted,
            sister_burnt,
            sister_minted,
        }
    }
}
