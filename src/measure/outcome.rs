//! What one run was worth: plain numbers, ready to be compared and averaged.

use super::exposure::Exposed;
use super::laws::Broken;
use super::load::Load;
use super::sides::Split;
use crate::protocol::ids::{ServerId, Span};
use hdrhistogram::Histogram;

/// Everything that one run of one case measured.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// What became of the transactions.
    pub ledger: Ledger,
    /// Time during which clients wanted to write and nobody got an answer, for longer than is usual in the run
    /// (see `recorder::OUTAGE`).
    pub write_unavailable: Span,
    /// From the master's death until its successor accepts writes; `None` when there was no failover.
    pub failover_time: Option<Span>,
    /// Time during which a serving master that should be semi-sync had status OFF.
    pub semi_sync_off: Span,
    /// The longest time that a replica which was away took to catch up.
    pub catch_up: Option<Span>,
    /// A replica that was back had not caught up when the run ended.
    pub not_caught_up: bool,
    /// What the guard allowed.
    pub kept_writes: KeptWrites,
    /// Two masters at once, and what came of it.
    pub split: Split,
    /// Commits acknowledged in the measurement window: from the end of the warm-up to the first fault.
    pub window_acknowledged: u64,
    /// Length of that window.
    pub window: Span,
    /// How busy everything was in the window.
    pub load: Load,
    /// Binlog groups written by the serving master in the window, and the transactions in them.
    pub groups: u64,
    /// See `groups`.
    pub grouped_transactions: u64,
    /// Client-side commit latency (ns) of the commits acknowledged in the window.
    pub latency: Histogram<u64>,
    /// Client-side latency (ns) of every commit acknowledged after the window (faults, failover).
    pub latency_after: Histogram<u64>,
    /// Per server, in the order of `ServerId`.
    pub servers: Vec<ServerOutcome>,
    /// Diagnostics for the loss formula (field.md 6.5): sums over the window.
    pub send: SendTiming,
    /// What a crash at any moment would have cost.
    pub exposed: Exposed,
    /// The law that the run broke, if laws were watched.
    pub broken: Option<Broken>,
    /// A timeline, when it was asked for.
    pub timeline: Option<Timeline>,
    /// Events that the engine handled.
    pub events: u64,
    /// Simulated time of the whole run.
    pub simulated: Span,
}

/// What the guard allowed (`no_replica: disable_writes`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptWrites {
    /// Time during which no replica was left and writes got error 1290.
    pub off: Span,
    /// Time during which a returned replica was far behind and writes were asynchronous (stage a).
    pub exposed: Span,
    /// Time during which writes got error 1290 while a returned replica received the rest (stage b).
    pub catching_up: Span,
    /// Transactions acknowledged without a copy in stage a.
    pub exposed_transactions: u64,
}

/// What became of the transactions of one run, after everything settled (architecture.md, "The ledger").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The client has its OK.
    pub acknowledged: u64,
    /// The client has its OK, the serving cluster has not the transaction.
    pub lost_acknowledged: u64,
    /// Others could have read it on the serving master, then the failover lost it.
    pub visible_then_lost: u64,
    /// A reader of the workload did read it, then the failover lost it.
    pub read_then_lost: u64,
    /// Only the old master has it after recovery.
    pub errant: u64,
    /// The client got no OK, the transaction survives.
    pub kept_unacknowledged: u64,
    /// Transactions whose retry was acknowledged although the first attempt survived too.
    pub duplicated: u64,
    /// Requests answered with an error before anything was executed.
    pub refused: u64,
    /// Transactions that ended with an error or a broken connection for the client.
    pub errors: u64,
    /// Transactions whose client gave up waiting.
    pub unknown: u64,
}

/// What one run measured of one server.
#[derive(Clone, Debug)]
pub struct ServerOutcome {
    /// Which server.
    pub server: ServerId,
    /// How far it was behind the master; nothing for a server that replicated from nobody.
    pub lag: Option<Behind>,
    /// Share of the host's cores that were busy, over the window.
    pub cpu: f64,
    /// Status counters at the end of the run, by the server's own names.
    pub counters: Vec<(&'static str, u64)>,
}

/// Means over the window.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// Transactions that the master had committed and this server had not applied.
    pub transactions: f64,
    /// Time (s) by which this server's applied state trailed the master's.
    pub seconds: f64,
}

/// Sums for the loss formula: mean loss = rate x (one-way delay - mean time from the last byte sent to the OK read).
#[derive(Clone, Debug, Default)]
pub struct SendTiming {
    /// Transactions in the sums.
    pub count: u64,
    /// Sum over them of (OK read by the client - last byte sent to the first replica), ns; may be negative.
    pub sent_to_ok: i128,
    /// Packets in the next sum.
    pub packets: u64,
    /// Sum of their one-way times, from sent to arrived, ns.
    pub one_way: u128,
}

/// One run over time, in bins of equal length.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Length of a bin.
    pub bin: Span,
    /// Commits acknowledged per bin.
    pub commits: Vec<u32>,
    /// Per server and bin: transactions that it had not applied at the end of the bin; `None` while it was down or replicated
    /// from nobody.
    pub lag: Vec<Vec<Option<u64>>>,
    /// Semi-sync status of the serving master at the end of each bin; `None` where it is not enabled.
    pub semi_sync: Vec<Option<bool>>,
    /// Whether a serving master accepted and completed writes at the end of each bin.
    pub writable: Vec<bool>,
    /// At the end of each bin, transactions that only the serving master has; `None` while nobody serves.
    pub alone: Vec<Option<u64>>,
    /// Faults and what followed, in order.
    pub marks: Vec<(Span, String)>,
}
