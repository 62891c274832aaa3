//! What a world says of a lender's add-ons, and what is wrong with it.

use super::AddOns;
use super::buffer::Buffer;
use super::concentration::Steps;
use super::scaling::{Scaling, Stressed};
use ground::units::Rate;
use language::findings::Findings;
use language::read::Read;

/// What a lender asks for on top of its model. Every field left out: nothing for that.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct AddOnsFile {
    /// By the position's size in ordinary days of all trading: `[(over: 2.0, add: 0.1)]`.
    #[read(default)]
    pub days_to_exit: Vec<StepFile>,
    /// By the position's share of the float, 0.05 for 5 %.
    #[read(default)]
    pub share_of_float: Vec<StepFile>,
    /// Margin that follows volatility.
    #[read(default)]
    pub volatility: Option<ScalingFile>,
    /// The share by which margin is higher in calm, drawn down in stress: 0.25 by European law.
    #[read(default, within = 0.0..=10.0)]
    pub buffer: Option<f64>,
}

/// Above a size, a rate of the whole position's value.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct StepFile {
    #[read(not_negative)]
    pub over: f64,
    #[read(within = 0.0..=MOST)]
    pub add: f64,
}

/// `min(cap, max(floor, ratio) ^ power)` times the model's requirement; the ratio is volatility now over that of
/// the instrument's ordinary day.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct ScalingFile {
    #[read(within = 0.0..=4.0)]
    pub power: f64,
    /// In volatilities of the ordinary day. 0 for none; 1 never lets margin fall below that of an ordinary day.
    #[read(within = 0.0..=100.0)]
    pub floor: f64,
    /// Of the multiplier.
    #[read(within = 1.0..=1000.0)]
    pub cap: f64,
    /// Observations from a stressed time, mixed in. Left out: none.
    #[read(default)]
    pub stressed: Option<StressedFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct StressedFile {
    /// Their part among the observations: 0.25 by European law.
    #[read(within = 0.0..=1.0)]
    pub weight: f64,
    /// Their volatility, in volatilities of the ordinary day.
    #[read(within = 0.0..=100.0)]
    pub ratio: f64,
}

/// No step adds more than ten times the position's value.
const MOST: f64 = 10.0;

impl AddOnsFile {
    /// As it runs. What is out of range is for `check` to report.
    pub fn plan(&self) -> AddOns {
        let steps = |steps: &[StepFile]| {
            let step = |step: &StepFile| (step.over, Rate::from_f64(step.add.clamp(0.0, MOST)).unwrap_or_default());
            Steps::new(steps.iter().map(step).collect())
        };
        let stressed = |file: StressedFile| Stressed { weight: file.weight, ratio: file.ratio };
        let scaling = |file: ScalingFile| Scaling {
            power: file.power,
            floor: file.floor,
            cap: file.cap,
            stressed: file.stressed.map(stressed),
        };
        AddOns {
            days_to_exit: steps(&self.days_to_exit),
            share_of_float: steps(&self.share_of_float),
            scaling: self.volatility.map(scaling),
            buffer: self.buffer.map(|share| Buffer { share }),
        }
    }

    pub fn check(&self, path: &str, findings: &mut Findings) {
        for (field, steps) in [("days_to_exit", &self.days_to_exit), ("share_of_float", &self.share_of_float)] {
            for (index, step) in steps.iter().enumerate() {
                let path = format!("{path}.{field}[{index}]");
                let Some(before) = index.checked_sub(1).map(|before| steps[before]) else { continue };
                if step.over <= before.over || step.add < before.add {
                    findings.add(
                        path,
                        format!("{step} does not follow {before}", step = words(*step), before = words(before)),
                        "let steps rise: a larger size, and no smaller rate",
                    );
                }
            }
        }
    }
}

fn words(step: StepFile) -> String {
    format!("{} above {}", step.add, step.over)
}
