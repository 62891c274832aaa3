//! Pots that nobody draws on, and layers that take nothing: of a waterfall each is stated for a loss, and no loss reaches it.

use crate::file::{LenderFile, WorldFile};
use language::findings::Findings;
use mechanics::waterfall::LayerFile;

pub fn look(file: &WorldFile, remarks: &mut Findings) {
    for (name, lender) in file.lenders.iter() {
        undrawn(&format!("lenders.{name}.funds"), lender, remarks);
        for (index, layer) in lender.waterfall.iter().enumerate() {
            if let Some((reason, remedy)) = nothing(layer, lender) {
                remarks.add(format_args!("lenders.{name}.waterfall[{index}]"), reason, remedy);
            }
        }
    }
}

fn undrawn(path: &str, lender: &LenderFile, remarks: &mut Findings) {
    let Some(funds) = &lender.funds else { return };
    let has = |wanted: fn(&LayerFile) -> bool| lender.waterfall.iter().any(wanted);
    // Deleveraging asks what is left in the insurance fund, or how far it fell.
    let insurance = has(|layer| matches!(layer, LayerFile::InsuranceFund | LayerFile::AutoDeleveraging { .. }));
    if funds.insurance.is_some() && !insurance {
        remarks.add(
            format_args!("{path}.insurance"),
            "no layer of the waterfall draws on the insurance fund: it pays for no loss",
            "put InsuranceFund into the waterfall, or leave it out",
        );
    }
    if funds.backstop.is_some() && !has(|layer| matches!(layer, LayerFile::BackstopVault)) {
        remarks.add(
            format_args!("{path}.backstop"),
            "no layer of the waterfall draws on the backstop vault: it pays for no loss",
            "put BackstopVault into the waterfall, or leave it out",
        );
    }
    if funds.skin_in_the_game.is_some() && !has(|layer| matches!(layer, LayerFile::SkinInTheGame)) {
        remarks.add(
            format_args!("{path}.skin_in_the_game"),
            "no layer of the waterfall draws on the lender's own stake: it pays for no loss before its other capital does",
            "put SkinInTheGame into the waterfall, or leave it out",
        );
    }
    let members = |layer: &LayerFile| {
        matches!(layer, LayerFile::DefaultersContribution | LayerFile::SurvivorsFund | LayerFile::Assessments { .. })
    };
    if !funds.default_fund.is_empty() && !has(members) {
        remarks.add(
            format_args!("{path}.default_fund"),
            "no layer of the waterfall draws on what members contributed: it pays for no loss",
            "put DefaultersContribution or SurvivorsFund into the waterfall, or leave it out",
        );
    }
}

/// Why a layer can never take anything, and what to do about it.
fn nothing(layer: &LayerFile, lender: &LenderFile) -> Option<(&'static str, &'static str)> {
    let funds = lender.funds.as_ref();
    let empty = |pot: Option<f64>| pot == Some(0.0);
    Some(match *layer {
        LayerFile::AccountRemaining { share: 0.0, .. } => {
            ("a share of 0 takes nothing", "give a share above 0, or leave the layer out")
        }
        LayerFile::VariationMarginGains { cut: 0.0 } => {
            ("a cut of 0 takes nothing", "give a cut above 0, or leave the layer out")
        }
        LayerFile::Assessments { cap: 0.0 } => {
            ("a cap of 0 calls nobody for anything", "give a cap above 0, or leave the layer out")
        }
        LayerFile::InsuranceFund if funds.is_some_and(|funds| empty(funds.insurance) && !funds.feeds) => (
            "the insurance fund begins empty and nothing feeds it: it pays nothing",
            "give `insurance` an amount, write `feeds: true`, or leave the layer out",
        ),
        LayerFile::BackstopVault if funds.is_some_and(|funds| empty(funds.backstop)) => (
            "the backstop vault begins empty and nothing feeds it: it pays nothing",
            "give `backstop` an amount, or leave the layer out",
        ),
        _ => return None,
    })
}
