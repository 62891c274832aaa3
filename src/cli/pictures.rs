//! What the charts need to know of a world besides the rows of a run.
