//! What is said when errview itself breaks: where, and never with what.

use std::io::Write;
use std::panic::PanicHookInfo;

/// Apologises on stderr for a panic, as a hook for [`std::panic::set_hook`].
///
/// The panic's own message stays unsaid: it may quote the text that somebody's response held. The place in the source is
/// enough to look for the fault. A stderr that is closed is nothing to tell anybody.
pub fn apologise(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|place| format!(" at {}:{}:{}", place.file(), place.line(), place.column()));
    let place = place.unwrap_or_default();
    let mut talk = std::io::stderr();
    let _ = writeln!(
        talk,
        "error: a fault in errview {}{place}; sorry\nhint: please report this line; nothing of your data is in it",
        env!("CARGO_PKG_VERSION"),
    );
}
