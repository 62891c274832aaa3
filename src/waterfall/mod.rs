//! Who pays what an account still owes once it is flat. One file a layer.

use serde::{Deserialize, Serialize};

/// A layer as a world states it. One line a layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum LayerFile {
    /// The lender's own capital. It takes whatever is left, and may fail of it.
    LenderCapital,
}
