//! Whether the first screen is up, for whoever has much to do behind it.
//!
//! What reads, indexes and counts would share the cores with what draws: it waits for the curtain, and the first screen of a
//! gigabyte comes as soon as that of a few bytes.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A terminal that takes its time must not keep the rest from being read.
const PATIENCE: Duration = Duration::from_millis(100);
/// What has been drawn is to be shown, by a terminal that needs the cores as well.
const HEAD_START: Duration = Duration::from_millis(2);

/// The curtain before the first screen. All clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Curtain(Arc<(Mutex<bool>, Condvar)>);

impl Curtain {
    /// The first screen has been drawn.
    pub fn rise(&self) {
        let (is_up, risen) = &*self.0;
        *is_up.lock().unwrap_or_else(PoisonError::into_inner) = true;
        risen.notify_all();
    }

    /// Waits for the first screen, but not for long.
    pub fn wait(&self) {
        let (is_up, risen) = &*self.0;
        let is_up = is_up.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_up {
            drop(risen.wait_timeout_while(is_up, PATIENCE, |is_up| !*is_up));
            thread::sleep(HEAD_START);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn who_waits_goes_on_when_it_rises() {
        let curtain = Curtain::default();
        let other = curtain.clone();
        let waiting = thread::spawn(move || {
            let begun = Instant::now();
            other.wait();
            other.wait();
            begun.elapsed()
        });
        curtain.rise();
        // Once it is up nobody waits: twice the patience would be much longer.
        assert!(waiting.join().expect("no fault") < 2 * PATIENCE);
        let begun = Instant::now();
        Curtain::default().wait();
        assert!(begun.elapsed() >= PATIENCE, "without a first screen it waits, and then goes on");
    }
}
