//! Many runs of one world: which ([`design`], of values [`spread`] or drawn ([`sample`])), one of them ([`once`]), all of them
//! ([`work`]), what is kept of each until all are done ([`journal`]), and the [`table`] with one row a run ([`rows`]). What is made in another process travels as a [`parcel`].
//!
//! What the language refuses, and a figure that is asked for and that no run has ([`known`]), is found before the first run
//! starts. Runs go side by side, one to a thread, each into the
//! journal when it is done; the table is gathered from there in the order of the design, so its bytes depend neither on
//! how many threads there were nor on how often the sweep was killed. Nothing but scalars is kept of a run, and the
//! series that are asked for, each in a file of its own ([`files::parts`]); nothing stays in memory but the runs being made and
//! the row being written.

pub mod design;
pub mod file;
pub mod identity;
pub mod journal;
pub mod known;
pub mod parcel;
pub mod once;
pub mod request;
pub mod rows;
pub mod sample;
pub mod split;
pub mod spread;
pub mod table;
pub mod told;
pub mod work;
pub mod written;
