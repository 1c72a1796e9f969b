//! What input may ask for at the most, and at the least: one constant for each limit of `docs/limits.md`.
//!
//! Everything below a limit works: it may take long, but its memory is bounded and its clock does not run out. What is
//! beyond is refused when a file is loaded, with its place, the value and the limit.

use super::error::Error;
use super::units;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// Bytes of one file or line: the largest file of measurements has a thirtieth of it.
pub const FILE: u64 = 16 << 20;
/// Values in one file: lists, objects, numbers, texts and words together. The largest of ours has 27,203.
pub const VALUES: usize = 100_000;
/// Bytes of one text in a file, its keys among them: the longest of ours has 3,000.
pub const TEXT: usize = 100_000;
/// The longest duration, ns: ten years. Sums of durations then fit into the clock.
pub const DURATION: u64 = 10 * 366 * 86_400 * SECOND;
/// Names in a dotted path, of an axis or of `--set`. No description is deeper.
pub const PATH: usize = 16;
/// Parts of a model.
pub const PARTS: usize = 64;
/// Hosts of a model.
pub const HOSTS: usize = 256;
/// Links of a model.
pub const LINKS: usize = 1_000;
/// Servers of a cluster: a set of them is one machine word everywhere in the core.
pub const SERVERS: usize = 16;
/// Places where clients stand.
pub const PLACES: usize = 16;
/// Cores of a host.
pub const CORES: u32 = 1_024;
/// Workers of a SQL thread.
pub const WORKERS: u64 = 64;
/// Points of a list of measured quantiles, of `wake_up` and of `disk.cold`.
pub const POINTS: usize = 1_000;
/// Pollers of a workload.
pub const READERS: u16 = 1_000;
/// Transactions that arrive in a second (open loop): each has a moment of its own, also if nobody ever serves it.
pub const ARRIVALS: u64 = 1_000_000;
/// Statements of a transaction, its events, and the rows of a statement.
pub const STATEMENTS: u32 = 1_000_000;
/// Bytes of a transaction.
pub const TRANSACTION: u64 = 1 << 30;
/// Faults of an experiment.
pub const FAULTS: usize = 1_000;
/// Clauses of `expect`.
pub const CLAUSES: usize = 1_000;
/// The longest run, ns: a day. Levels are sampled every 5 ms, and the clock has room for so much.
pub const RUN: u64 = 24 * 3_600 * SECOND;
/// Sessions with which a run may last so long; more of them need so much of the clock's bits that `RUN_OF_MANY` is left.
pub const SESSIONS_OF_LONG_RUNS: u16 = 10_000;
/// The longest run of more sessions, ns.
pub const RUN_OF_MANY: u64 = 8 * 3_600 * SECOND;
/// Axes of `vary`.
pub const AXES: usize = 20;
/// Cases of an experiment.
pub const CASES: usize = 10_000;
/// Bytes of memory that the cases of a sweep may need together.
pub const MEMORY: u64 = 4_000_000_000;
/// Events of one run that `trace` and `explain` keep.
pub const EVENTS: usize = 1_000_000;
/// Numbers in the vector clocks of a ShiViz log: places times events.
pub const CLOCKS: usize = 50_000_000;
/// States of one search: the most that `check` may be asked for.
pub const STATES: u32 = 40_000_000;
/// States of one search of three servers if nobody says.
pub const USUAL_STATES: u32 = 4_000_000;
/// Bytes of memory that searches at one time may need together.
pub const SEARCHES: u64 = 16_000_000_000;
/// Records of one kind in a file of measurements.
pub const RECORDS: usize = 5_000;
/// Steps of a lesson.
pub const STEPS: usize = 10_000;
/// Parameters of a lesson.
pub const PARAMETERS: usize = 100;
/// Bytes that the parameters of a lesson may fill in, with the texts around them, each time.
pub const FILLED: usize = 16 << 20;
/// Statements of all feeds of a lesson: what they leave on the servers and in the lesson's pictures is kept.
pub const FED: u64 = 100_000;
/// GTIDs that `gtid_purged` gets in one statement of a lab.
pub const PURGED: u64 = 1_000_000;
/// The clock of a lesson or a lab goes so far, ns: a day. All that happens is kept.
pub const LESSON: u64 = 24 * 3_600 * SECOND;

/// The shortest `disk.writeback`, ns: a pass of the operating system comes every so often for each server.
pub const WRITEBACK: u64 = SECOND / 1_000;
/// The shortest `clients.timeout`, ns: a client that gives up tries again.
pub const TIMEOUT: u64 = SECOND / 1_000;
/// The shortest heartbeat period, ns, as in the servers.
pub const HEARTBEAT: u64 = SECOND / 1_000;
/// The shortest median of `clients.rtt`, ns: sessions submit one transaction after the other.
pub const ROUND_TRIP: u64 = 1_000;
/// The shortest median of `workload.readers.every`, ns: readers whose server does not answer ask again.
pub const EVERY: u64 = 1_000;

/// Crashes, restarts and other troubles of each kind in a search.
pub const OF_EACH: u8 = 4;
/// Bounds of `check`: name, least and most. More of any of them has never come to an end.
pub const CHECK: [(&str, u32, u32); 10] = [
    ("sessions", 1, 4),
    ("transactions", 1, 8),
    ("crashes", 0, OF_EACH as u32),
    ("restarts", 0, OF_EACH as u32),
    ("time_outs", 0, OF_EACH as u32),
    ("failovers", 0, OF_EACH as u32),
    ("write_backs", 0, OF_EACH as u32),
    ("stops", 0, OF_EACH as u32),
    ("disconnects", 0, OF_EACH as u32),
    ("most_states", 1, STATES),
];

/// Bytes of memory that a case of a sweep keeps until all are done, about: tables of distributions, of which every pair
/// of servers has its own, histograms, the first run's pictures, and some numbers of each run.
pub fn memory_of_case(servers: usize, runs: u64) -> u64 {
    let servers = servers as u64;
    (5 << 19) + servers * servers * (20 << 10) + runs.saturating_mul(2 << 10)
}

/// States of one search if nobody says: fewer with more than three servers, so that they need the same memory.
pub fn usual_states(servers: usize) -> u32 {
    USUAL_STATES * 3 / servers.clamp(3, SERVERS) as u32
}

/// Bytes of memory that a search of so many states needs at the most, about: breadth-first, most of them wait as a whole
/// to be looked at. Measured with three servers and the largest bounds: 1.5 to 1.7 kB.
pub fn memory_of_states(states: u32, servers: usize) -> u64 {
    u64::from(states) * servers.clamp(3, SERVERS) as u64 * 550
}

/// Bytes as people read them.
pub fn printed(bytes: u64) -> String {
    match bytes {
        0..0x40_0000_0000 => format!("{:.1} GB", bytes as f64 / 1e9),
        _ => format!("{:.0} GB", bytes as f64 / 1e9),
    }
}

/// A number of things that must not be more than so many.
pub fn at_most(at: &str, number: usize, most: usize, things: &str) -> Result<(), Error> {
    if number > most {
        let problem = format!("{number} {things}: at most {most} (docs/limits.md)");
        return Err(Error::at(at, problem));
    }
    Ok(())
}

/// A duration (ns) that must not be shorter or longer.
pub fn between(at: &str, ns: u64, least: u64, most: u64) -> Result<(), Error> {
    let limit = match ns {
        _ if ns < least => format!("at least {}", units::printed(least)),
        _ if ns > most => format!("at most {}", units::printed(most)),
        _ => return Ok(()),
    };
    let problem = format!("{}: {limit} (docs/limits.md)", units::printed(ns));
    Err(Error::at(at, problem))
}
