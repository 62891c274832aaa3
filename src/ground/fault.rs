//! Faults of the program, caught where something can still be said about them.
//!
//! A broken invariant panics, in every build. [`guarded`] turns that panic into a [`Fault`] with its
//! message and place, so that a command can name seed and world before it ends, and a sweep can go
//! on with its other runs. Nothing else may catch a panic.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

/// A broken invariant, in words and with its place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

thread_local! {
    /// How many guards this thread is inside of.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics inside [`guarded`] silent: whoever guards reports them. Once, at the start.
pub fn install_hook() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if GUARDS.get() == 0 {
            default(info);
        } else {
            LAST.set(Some(text_of(info)));
        }
    }));
}

fn text_of(info: &PanicHookInfo) -> String {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

/// Runs `work` and turns a panic in it into a fault. What `work` was changing must not be used afterwards.
///
/// # Errors
/// The fault, if `work` panicked.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    GUARDS.set(GUARDS.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDS.set(GUARDS.get() - 1);
    result.map_err(|payload| {
        // Without the hook, or when the panic was another thread's, the payload is all there is.
        let message = payload.downcast_ref::<String>().cloned();
        let message = message.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Fault(LAST.take().or(message).unwrap_or_else(|| "a panic without a message".into()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_fault_with_its_message_and_work_goes_on() {
        let fault = guarded(|| -> u32 { panic!("the books differ by {}", 3) }).unwrap_err();
        assert!(fault.0.contains("the books differ by 3"), "{fault}");
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
