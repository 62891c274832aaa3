//! News that no price can follow: all of it one after the other, from the price an instrument starts at.

use engine::plan::Plan;
use engine::shocks::ShockKind;
use ground::units::Price;
use language::findings::Findings;

pub fn look(plan: &Plan, findings: &mut Findings) {
    let most = Price::FURTHEST.steps() as f64;
    let mut heights: Vec<f64> = plan.instruments.iter().map(|about| about.start.steps().abs() as f64).collect();
    for shock in &plan.shocks {
        let changes = match &shock.kind {
            ShockKind::Value(changes) | ShockKind::Jump(changes) => changes,
            _ => continue,
        };
        for (instrument, change) in changes {
            let height = &mut heights[instrument.index()];
            let before = *height;
            *height *= (1.0 + change).abs();
            if *height > most && before <= most {
                let about = &plan.instruments[instrument.index()];
                findings.add(
                    "shocks",
                    format!(
                        "with the one of {} they carry \"{}\" from {} to {:.3e}, and a price counts up to {:.3e}",
                        shock.at,
                        about.name,
                        about.price_of(about.start),
                        *height * about.step_size,
                        most * about.step_size
                    ),
                    "let the news be less, or the price of the instrument move in larger steps",
                );
            }
        }
    }
    for (index, replay) in plan.replay.iter().enumerate() {
        let about = &plan.instruments[replay.instrument.index()];
        let start = about.start.steps().abs() as f64;
        if let Some(value) = replay.values.iter().find(|value| value.abs() * start > most) {
            findings.add(
                format_args!("replay[{index}].path"),
                format!(
                    "it has a price of {:.3e}, and a price counts up to {:.3e}",
                    value * start * about.step_size,
                    most * about.step_size
                ),
                "correct the row, or let the price of the instrument move in larger steps",
            );
        }
    }
}
