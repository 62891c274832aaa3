//! One place in the text, to be read as some type.

use crate::text::NodeId;

#[derive(Clone, Copy, Debug)]
pub struct At {
    pub(super) node: NodeId,
    /// Its name has been used up, as that of a variant.
    pub(super) bare: bool,
}

impl At {
    pub fn of(node: NodeId) -> Self {
        Self { node, bare: false }
    }

    /// What stands in the parentheses behind a variant's name.
    pub fn inside(self) -> Self {
        Self { bare: true, ..self }
    }
}
