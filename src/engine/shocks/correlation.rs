//! Values move together otherwise than they did. Who relied on it is not told: margin models net by their own offsets.

use super::{Drafted, Field, Shock};
use crate::correlations::{CorrelationFile, Mixing, check_together, mixing};
use crate::stated::Stated;
use ground::moments::Moment;
use language::findings::Findings;
use language::read::Read;

/// The values of these move together otherwise than the world states, until the next such shock. Empty: as stated.
#[derive(Clone, Debug, Read)]
pub struct File(pub Vec<CorrelationFile>);

impl Shock for File {
    type Plan = Mixing;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        check_together(path, &self.0, stated.correlations, stated, findings);
    }

    /// What no draws can have is for the check to report.
    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Mixing> {
        let position = |name: &str| drafted.instruments.iter().position(|own| own.name == name);
        Some(mixing(&[drafted.correlations, &self.0], position).unwrap_or_default())
    }

    fn strike(mixing: &Mixing, _nth: usize, field: &mut Field<'_, '_, '_>) {
        field.values.mixing = mixing.clone();
    }
}
