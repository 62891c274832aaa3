//! Pegs: ids, and the module in the smallest amounts of money.

use super::markets::Markets;
use crate::file::WorldFile;
use engine::plan::Calendar;
use ground::numbers::{Decimal, cash};
use ground::units::{Cash, InstrumentId, Span};
use language::findings::Findings;
use mechanics::mint_burn::{Module, PegFile, PegPlan, SPREAD_PARTS};

/// A peg whose names or numbers `check` has refused is left out.
pub fn build(
    file: &WorldFile,
    calendar: Option<&Calendar>,
    markets: &Markets,
    findings: &mut Findings,
) -> Vec<PegPlan> {
    let Some(calendar) = calendar else { return Vec::new() };
    let plans = file.pegs.iter().map(|(name, peg)| build_one(name, peg, file, calendar, markets, findings));
    plans.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn build_one(
    name: &str,
    peg: &PegFile,
    file: &WorldFile,
    calendar: &Calendar,
    markets: &Markets,
    findings: &mut Findings,
) -> Option<PegPlan> {
    let path = format!("pegs.{name}");
    let of = |instrument: &str| file.instruments.position(instrument).filter(|place| !markets.unusable[*place]);
    let (coin, sister) = (of(&peg.coin)?, of(&peg.sister)?);
    let par = par(&path, peg.par, markets.instruments[coin].lot_units, file.currency.decimals, findings);
    let base = match cash(peg.base_pool, file.currency.decimals) {
        Ok(base) => Some(base.to_minor().unsigned_abs()),
        Err(reason) => {
            findings.add(format_args!("{path}.base_pool"), reason, "give a smaller pool, or fewer decimals of money");
            None
        }
    };
    let least = (peg.least_spread * SPREAD_PARTS as f64).round() as u128;
    let module = match Module::new(base?, peg.recovery, least) {
        Ok(module) => module,
        Err(_) if peg.recovery == 0 => return None,
        Err(fault) => {
            findings.add(format_args!("{path}.base_pool"), fault.to_string(), "give a smaller pool, or fewer decimals");
            return None;
        }
    };
    let ticks = |span: Span| u32::try_from(span.as_seconds() / calendar.tick.as_seconds().max(1)).unwrap_or(u32::MAX);
    let plan = PegPlan {
        name: name.to_owned(),
        coin: InstrumentId::from_index(coin),
        sister: InstrumentId::from_index(sister),
        par: par?,
        module,
        blocks_a_day: peg.blocks_a_day,
        oracle_every: ticks(peg.oracle_every).max(1),
        oracle_lag: lag(&path, ticks(peg.oracle_lag), calendar, findings),
    };
    let coin = &markets.instruments[coin];
    if !plan.can_take(&module, coin.float_lots()) {
        let reason = "the pool and all coins there are together are more than the module can reckon with";
        findings.add(format_args!("{path}.base_pool"), reason, "give fewer decimals of money, or a smaller pool");
    }
    Some(plan)
}

/// What a lot of the coin is worth to the module has to be a whole number of the smallest amounts.
fn par(path: &str, par: f64, lot: f64, decimals: u8, findings: &mut Findings) -> Option<Cash> {
    let minor = Decimal::of(par).and_then(|par| par.times(Decimal::of(lot)?)).map(|it| it.shifted(decimals));
    let whole = minor?.whole().filter(|minor| *minor > 0);
    if whole.is_none() {
        findings.add(
            format!("{path}.par"),
            format!("a lot of {lot} at {par} is not a whole number of the smallest amounts of money"),
            "give `currency.decimals` more decimals, or take a larger lot",
        );
    }
    whole.map(Cash::minor)
}

/// The oracle remembers a mark for each tick that it lags behind.
fn lag(path: &str, ticks: u32, calendar: &Calendar, findings: &mut Findings) -> u32 {
    if ticks > calendar.ticks {
        let reason = "it lags behind by more than the world is long";
        findings.add(format!("{path}.oracle_lag"), reason, "give a shorter lag");
        return 0;
    }
    ticks
}
