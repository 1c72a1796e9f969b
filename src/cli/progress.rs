//! How far a command has come, on standard error: a bar on a terminal, and lines when nothing seems to move.

use crate::{run, shown};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// After so long without a run (or a case, or a step) that ended, a line says how far the command is.
const SILENCE: Duration = Duration::from_secs(5);
/// The lines come at twice the distance each time, up to this one.
const RARELY: Duration = Duration::from_secs(60);
/// How often is looked.
const EVERY: Duration = Duration::from_millis(250);

/// A command under way. What it says ends with it.
pub struct Progress {
    /// Counts runs, cases or steps; its message is what is under way.
    pub bar: ProgressBar,
    simulated: Arc<AtomicU64>,
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// So many things (`runs`), which simulate so many ns together (0: nobody knows); silent if asked.
    pub fn new(things: &'static str, number: u64, ns: u64, quiet: bool) -> Progress {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(Some(number), target);
        let template = format!("{{msg:<40!}} {{bar:30}} {{pos}}/{{len}} {things}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        let simulated = Arc::new(AtomicU64::new(0));
        let watcher = (!quiet).then(|| {
            let (stop, stopped) = channel();
            let (bar, simulated) = (bar.clone(), Arc::clone(&simulated));
            let mut watch = Watch::new(things, ns);
            let thread = std::thread::spawn(move || {
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let seen = Seen {
                        done: bar.position(),
                        of: bar.length().unwrap_or(0),
                        simulated: simulated.load(Ordering::Relaxed),
                    };
                    if let Some(line) = watch.look(watch.began.elapsed(), seen, &bar.message()) {
                        say(&bar, &line);
                    }
                }
            });
            (stop, thread)
        });
        Progress {
            bar,
            simulated,
            watcher,
        }
    }
}

impl run::Progress for Progress {
    fn under_way(&self, what: &str) {
        self.bar.set_message(shown::line(what));
    }

    fn expects(&self, runs: u64) {
        self.bar.inc_length(runs);
    }

    fn ran(&self, runs: u64) {
        self.bar.inc(runs);
    }

    fn simulated(&self, ns: u64) {
        self.simulated.fetch_add(ns, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Some((stop, thread)) = self.watcher.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

/// Above the bar, if there is one.
fn say(bar: &ProgressBar, line: &str) {
    match std::io::stderr().is_terminal() {
        true => bar.println(line),
        // If nobody can be told, nobody is.
        false => drop(writeln!(std::io::stderr(), "{line}")),
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    done: u64,
    of: u64,
    simulated: u64,
}

/// Decides when a line is due.
struct Watch {
    things: &'static str,
    /// ns that are simulated in all, if that is known.
    ns: u64,
    began: Instant,
    last: Seen,
    /// When something ended last, and when simulated time moved last.
    ended: Duration,
    moved: Duration,
    /// When the next line may come, and the distance to the one behind it.
    next: Duration,
    distance: Duration,
}

impl Watch {
    fn new(things: &'static str, ns: u64) -> Watch {
        Watch {
            things,
            ns,
            began: Instant::now(),
            last: Seen {
                done: 0,
                of: 0,
                simulated: 0,
            },
            ended: Duration::ZERO,
            moved: Duration::ZERO,
            next: SILENCE,
            distance: SILENCE,
        }
    }

    /// The line that is due so long after the beginning.
    fn look(&mut self, now: Duration, seen: Seen, message: &str) -> Option<String> {
        if seen.done != self.last.done {
            (self.ended, self.distance) = (now, SILENCE);
            self.next = now + SILENCE;
        }
        if seen.simulated != self.last.simulated || seen.done != self.last.done {
            self.moved = now;
        }
        self.last = seen;
        if now < self.next || now < self.ended + SILENCE {
            return None;
        }
        self.distance = (self.distance * 2).min(RARELY);
        self.next = now + self.distance;
        Some(self.line(now, seen, message))
    }

    fn line(&self, now: Duration, seen: Seen, message: &str) -> String {
        let mut line = "replsim: ".to_owned();
        if !message.is_empty() {
            line += &format!("{message}: ");
        }
        line += &match seen.of {
            0 => format!("{} {}", seen.done, self.things),
            of => format!("{} of {of} {}", seen.done, self.things),
        };
        let seconds = |ns: u64| ns as f64 / 1e9;
        let simulated = seconds(seen.simulated);
        if self.ns > 0 {
            line += &format!(", {simulated:.1} s of {:.1} s simulated", seconds(self.ns));
        } else if seen.simulated > 0 {
            line += &format!(", {simulated:.1} s simulated");
        }
        let still = now.saturating_sub(self.moved);
        let share = match self.ns {
            0 => seen.done as f64 / seen.of.max(1) as f64,
            ns => seen.simulated as f64 / ns as f64,
        };
        if still >= SILENCE && self.ns > 0 {
            line += &format!("; nothing moved for {} s", still.as_secs());
        } else if share > 0.0 && share < 1.0 {
            let left = now.as_secs_f64() * (1.0 - share) / share;
            line += &format!("; about {left:.0} s left");
        } else {
            line += &format!("; {} s so far", now.as_secs());
        }
        line
    }
}

#[cfg(test)]
mod tests;
