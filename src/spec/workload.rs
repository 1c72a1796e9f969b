//! The workload: sessions, when they submit, what a transaction is, who reads.

use super::distribution::Distribution;
use super::units::{Bytes, Duration, Percentage, Rate};
use schemars::JsonSchema;
use serde::Deserialize;

/// What the clients do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Workload {
    /// Client sessions, 16 without it; in an open loop the most that the clients open.
    pub sessions: Option<u16>,
    /// Closed loop: time from an answer to the next transaction of the session; none without it.
    pub think_time: Option<Distribution>,
    /// Closed loop: sessions start at moments within this time, "5 ms" without it. Those that start at one moment may
    /// stay in step with each other for long.
    pub ramp: Option<Duration>,
    /// Open loop instead: transactions arrive at moments of their own, and wait for a session if all are busy.
    pub arrivals: Option<Arrivals>,
    /// What a transaction is.
    #[serde(default)]
    pub transaction: Transaction,
    /// Pollers of the newest rows.
    pub readers: Option<Readers>,
}

/// Open-loop arrivals.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Arrivals {
    /// Transactions per second, of all clients together.
    pub rate: Rate,
    /// How they are spaced, exponential without it.
    pub spacing: Option<Spacing>,
    /// Where they wait for a session, in one queue without it.
    pub queue: Option<Queue>,
}

/// Where transactions wait that find no idle session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// The sessions of one place are a pool with one queue, and the one that worked last works next (connection pools,
    /// `sysbench --rate`).
    Shared,
    /// Every session has its share of the arrivals and a queue of its own (threads that are paced).
    PerSession,
}

impl Queue {
    /// How many queues so many sessions in so many places have.
    pub fn pools(self, sessions: u16, places: u8) -> u16 {
        match self {
            Queue::Shared => sessions.min(u16::from(places)),
            Queue::PerSession => sessions,
        }
    }
}

/// How arrivals are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// A Poisson stream.
    Exponential,
    /// At equal distances.
    Fixed,
}

/// What a transaction is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Transaction {
    /// Statements; 1 is autocommit, more are BEGIN, statements, COMMIT.
    pub statements: Option<u32>,
    /// Rows that one statement writes.
    pub rows: Option<u32>,
    /// Size of the whole transaction in the binlog; without it 200 bytes, 100 per statement and 100 per row.
    pub bytes: Option<Bytes>,
    /// Events in the binlog; without it GTID, BEGIN and XID, and two per statement.
    pub events: Option<u32>,
    /// Where the keys of new rows come from; "auto_increment" without it.
    pub keys: Option<Keys>,
    /// Rows that other transactions update too, and so have to wait for; without it all rows are new ones.
    pub updates: Option<Updates>,
}

/// Where the keys of new rows come from: what two masters insert collides, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// The table's next number.
    AutoIncrement,
    /// Numbers that nobody else hands out (UUIDs).
    Distinct,
}

/// Rows that several transactions update: each is locked from its statement to the engine commit.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Updates {
    /// How many of them one transaction updates, at most 4; 1 without it.
    pub rows: Option<u8>,
    /// How many there are; all are equally likely.
    pub of: u32,
    /// How many of them are hot.
    pub hot: Option<u32>,
    /// Share of the updates that go to the hot ones, equally likely among them.
    pub hot_share: Option<Percentage>,
}

/// Pollers of the newest rows.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Readers {
    /// How many.
    pub count: u16,
    /// The server they read: "master" (whoever serves writes) or a server's name; the master without it.
    pub from: Option<String>,
    /// Time from one answer to the next query.
    pub every: Distribution,
}
