//! Ctrl-C and its like end the program between files, never inside one.

use crate::report::write;
use nix::sys::signal::{SigSet, Signal, raise};
use std::thread;

/// From now on a signal that ends the program waits until no file is half written. To be called before there are other
/// threads: they take over what the first one does not listen to.
pub fn end_between_files() {
    let mut ends = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        ends.add(signal);
    }
    if ends.thread_block().is_err() {
        return;
    }
    let started = thread::Builder::new().spawn(move || {
        while let Ok(signal) = ends.wait() {
            let _whole = write::undisturbed();
            // As if it had come here at once: it ends the program, or is ignored, as whoever started it wants.
            let _ = ends.thread_unblock();
            let _ = raise(signal);
            let _ = ends.thread_block();
        }
    });
    if started.is_err() {
        let _ = ends.thread_unblock();
    }
}
