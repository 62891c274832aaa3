//! A margin model's reasons in words.

use ground::units::{InstrumentId, Lots, Rate};
use mechanics::margin::models::{Scan, Scenario, What, Why};
use record::names::Names;

/// The rule that gave a position its requirement.
pub fn rule(why: Why, names: Names<'_>, instrument: InstrumentId) -> String {
    let about = &names.0.instruments[instrument.index()];
    match why {
        Why::Nothing => "nothing is asked".to_owned(),
        Why::Rates { im, mm } => format!("{} and {} of value", percent(im), percent(mm)),
        Why::FloorPerUnit(amount) => format!("no less than {amount} a unit"),
        Why::NoLoanValue => "no loan value: all of it".to_owned(),
        Why::ShortOption => "short option, less what it is out of the money".to_owned(),
        Why::ShortOptionMinimum => "short option, at the least".to_owned(),
        Why::Protected(lots) => format!("{} units protected by long options", about.units_of(lots)),
        Why::Covered { stock, spread, straddle } => {
            let by = [(stock, "covered by the underlying"), (spread, "in a spread"), (straddle, "in a straddle")];
            let said = |(lots, how)| (lots != Lots::ZERO).then(|| format!("{} units {how}", about.units_of(lots)));
            by.into_iter().filter_map(said).collect::<Vec<_>>().join(", ")
        }
        Why::Bracket { index, rate, deduction, leverage } => format!(
            "bracket {}, {} less {}, up to {} times",
            index + 1,
            percent(rate),
            names.money(deduction),
            leverage.to_f64()
        ),
        Why::Collateral { loan_to_value, threshold } => {
            format!("collateral, lends {}, kept at {}", percent(loan_to_value), percent(threshold))
        }
        Why::Debt => "owed".to_owned(),
        Why::Scanned(scan) => format!("its part in the worst case of scan {}", scan + 1),
    }
}

/// What positions do to each other's requirements.
pub fn adjustment(what: What, names: Names<'_>) -> String {
    let name = |instrument: InstrumentId| names.0.instruments[instrument.index()].name.as_str();
    match what {
        What::OffsetRefused { scan } => format!("gains that do not offset, scan {}", scan + 1),
        What::SpreadCharge { scan } => format!("charge on spreads, scan {}", scan + 1),
        What::Credit(one, other) => format!("credit, {} against {}", name(one), name(other)),
        What::LimitedLoss => "the most that spreads can lose together".to_owned(),
        What::OptionMinimum { scan } => format!("least for options, scan {}", scan + 1),
        What::Tail => "beyond the value at risk".to_owned(),
        What::Rounding => "rounding".to_owned(),
    }
}

/// What was looked at together, and what was worst for it.
pub fn scan(scan: &Scan, names: Names<'_>) -> String {
    let over: Vec<&str> = scan.over.iter().map(|it| names.0.instruments[it.index()].name.as_str()).collect();
    let over = over.join(", ");
    let worst = match scan.worst {
        None => "no case loses anything".to_owned(),
        Some(Scenario::Point { number }) => format!("worst is point {number} of the scan, counted from the lowest"),
        Some(Scenario::Sixteen { number, price, volatility, cover }) => format!(
            "worst is scenario {number}: price {price:+.2} of its range, volatility {volatility:+.0}, {:.0} % of it",
            cover * 100.0
        ),
        Some(Scenario::Row { back, stand_in: false }) => format!("worst is the move of {back} observations ago"),
        Some(Scenario::Row { stand_in: true, .. }) => {
            "worst is a move made up from ordinary volatility, for want of history".to_owned()
        }
        Some(Scenario::Deviations { number, one }) => {
            format!("{number:.3} standard deviations of {}", names.money(one))
        }
    };
    format!("{over}: {worst}")
}

fn percent(rate: Rate) -> String {
    let digits = format!("{:.4}", rate.to_f64() * 100.0);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_as_many_digits_as_it_needs() {
        let said = |billionths| percent(Rate::from_billionths(billionths));
        assert_eq!(
            (said(150_000_000), said(5_000_000), said(6_666_667)),
            ("15 %".into(), "0.5 %".into(), "0.6667 %".into())
        );
        assert_eq!(said(0), "0 %");
    }
}
