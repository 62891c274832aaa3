//! What a run means: who broke whom, set against history, against its expectations, and against
//! itself without forced selling.

pub mod cascade;
