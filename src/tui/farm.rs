//! Lots that several threads read at once, told of in the order in which they came.
//!
//! In: lots. Out: a message for each. Whoever has finished a lot tells all that is next: nobody waits for a pipe that pauses.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use super::many::{Gister, Gists};
use super::msg::Msg;
use crate::exit::Exit;
use crate::input::stream::Lot;

/// Lots that wait for each thread.
const AHEAD: usize = 2;

/// What was read and is not told yet.
struct Order {
    /// The number of the lot that is told next.
    next: usize,
    /// How many responses its source has had.
    index: usize,
    read: BTreeMap<usize, (Lot, Gists)>,
}

/// The threads.
pub(super) struct Farm {
    lots: SyncSender<(usize, Lot)>,
    given: usize,
    order: Arc<(Mutex<Order>, Condvar)>,
}

impl Farm {
    /// Starts threads, each with what `gister` makes; the source that is being read has had `index` responses.
    pub(super) fn start<'s, 'i: 's, 'c: 'i>(
        scope: &'s Scope<'s, '_>,
        index: usize,
        gister: impl Fn() -> Gister<'i, 'c> + Clone + Send + 's,
        tell: impl Fn(Msg) + Clone + Send + 's,
    ) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (lots, waiting) = sync_channel(threads * AHEAD);
        let waiting = Arc::new(Mutex::new(waiting));
        let order = Arc::new((Mutex::new(Order { next: 0, index, read: BTreeMap::new() }), Condvar::new()));
        for _ in 0..threads {
            let (waiting, order, gister, tell) =
                (Arc::clone(&waiting), Arc::clone(&order), gister.clone(), tell.clone());
            scope.spawn(move || work(&waiting, &order, gister(), tell));
        }
        Self { lots, given: 0, order }
    }

    /// Hands a lot over.
    pub(super) fn read(&mut self, lot: Lot) {
        // Nobody takes it only where all threads ended by a fault, which is told of at the end.
        if self.lots.send((self.given, lot)).is_ok() {
            self.given += 1;
        }
    }

    /// Waits until all that was handed over is told.
    pub(super) fn wait(&self) {
        let (order, told) = &*self.order;
        let mut order = lock(order);
        while order.next < self.given {
            order = told.wait(order).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(
    waiting: &Mutex<Receiver<(usize, Lot)>>,
    order: &(Mutex<Order>, Condvar),
    mut gister: Gister<'_, '_>,
    tell: impl Fn(Msg),
) {
    loop {
        let next = lock(waiting).recv();
        let Ok((number, lot)) = next else { return };
        let read = catch_unwind(AssertUnwindSafe(|| gister.all(&lot)));
        let fault = match read {
            Ok(read) => {
                put(order, number, lot, read, &tell);
                continue;
            }
            Err(fault) => fault,
        };
        // The others go on without it.
        put(order, number, lot, (Vec::new(), Exit::Success), &tell);
        resume_unwind(fault);
    }
}

fn put((order, told): &(Mutex<Order>, Condvar), number: usize, lot: Lot, read: Gists, tell: &impl Fn(Msg)) {
    let mut order = lock(order);
    order.read.insert(number, (lot, read));
    loop {
        let next = order.next;
        let Some((lot, (gists, rest))) = order.read.remove(&next) else { break };
        let index = if lot.first { 0 } else { order.index };
        order.index = index + gists.len();
        order.next += 1;
        if !gists.is_empty() {
            tell(Msg::Listed { lot: Arc::new(lot), index, gists, rest });
        }
    }
    told.notify_all();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
