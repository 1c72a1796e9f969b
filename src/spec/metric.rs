//! The catalogue of metrics: what each is called, what it means, and where it is shown. How each is read from a run is in
//! `estimate::reading`; the results document, its rows, tables, charts, claims and documentation follow from both.

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Transactions.
    Transactions,
    /// Transactions per second.
    PerSecond,
    /// Seconds.
    Seconds,
    /// Servers.
    Servers,
    /// Runs.
    Runs,
}

impl Unit {
    /// Its name in the results document.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Transactions => "transactions",
            Unit::PerSecond => "transactions/s",
            Unit::Seconds => "s",
            Unit::Servers => "servers",
            Unit::Runs => "runs",
        }
    }
}

/// The parts of a table that is too wide for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// What becomes of transactions and servers.
    Transactions,
    /// How long something lasts.
    Times,
    /// How fast it goes; the latency goes with it.
    Speed,
}

/// What a table says of a metric that is zero in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfZero {
    /// The column is there: it answers the question that people come with.
    Shown,
    /// Its name is in a line below.
    Named,
    /// Nothing: nobody misses it.
    LeftOut,
}

/// How a table shows a mean; every interval is in the results document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mean {
    /// Alone.
    Alone,
    /// With its interval: what it counts is rare.
    WithInterval,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The heading, two lines.
    pub heading: &'static str,
    /// The block that it is in.
    pub block: Block,
    /// Where it stands in its block, from the left.
    pub place: u8,
    /// What is said if it is zero everywhere.
    pub if_zero: IfZero,
    /// A mean below this is not what anybody asked about.
    pub least: f64,
    /// How means are shown.
    pub mean: Mean,
}

/// A chart that shows a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// A bar per case among the losses, so called.
    Loss(&'static str),
    /// A side of the chart of what a choice trades against the latency, so called.
    Trade(&'static str),
    /// A line over every numeric axis.
    OverAxes {
        /// What the title says.
        title: &'static str,
        /// What the vertical axis says.
        label: &'static str,
    },
}

/// What is declared of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its name in the results document.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Its column in the table, if it has one.
    pub column: Option<Column>,
    /// The charts that show it.
    pub charts: &'static [Chart],
    /// Cases are compared by it, run by run (`estimate::paired`).
    pub is_compared: bool,
}

impl Entry {
    /// In the results document and its rows only.
    const fn new(name: &'static str, unit: Unit) -> Entry {
        Entry {
            name,
            unit,
            column: None,
            charts: &[],
            is_compared: false,
        }
    }

    const fn column(
        self,
        block: Block,
        place: u8,
        heading: &'static str,
        if_zero: IfZero,
    ) -> Entry {
        let column = Column {
            heading,
            block,
            place,
            if_zero,
            least: 0.0,
            mean: Mean::Alone,
        };
        Entry {
            column: Some(column),
            ..self
        }
    }

    const fn rare(mut self) -> Entry {
        if let Some(column) = &mut self.column {
            column.mean = Mean::WithInterval;
        }
        self
    }

    const fn from(mut self, least: f64) -> Entry {
        if let Some(column) = &mut self.column {
            column.least = least;
        }
        self
    }

    const fn charts(self, charts: &'static [Chart]) -> Entry {
        Entry { charts, ..self }
    }

    const fn compared(self) -> Entry {
        Entry {
            is_compared: true,
            ..self
        }
    }
}

/// Declares the metrics, in the order of the results document.
macro_rules! metrics {
    ($(#[doc = $meaning:literal] $metric:ident: $entry:expr,)+) => {
        /// A number that every run has, or may have; over the runs of a case it has a mean, an interval, a least and a most.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Metric {
            $(#[doc = $meaning] $metric,)+
        }

        impl Metric {
            /// Every metric, in the order of the results document.
            pub const ALL: [Metric; [$(Metric::$metric),+].len()] = [$(Metric::$metric),+];

            /// What is declared of it.
            pub const fn entry(self) -> &'static Entry {
                match self {
                    $(Metric::$metric => const { &$entry },)+
                }
            }

            /// What it counts, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Metric::$metric => $meaning.trim_ascii(),)+
                }
            }
        }
    };
}

metrics! {
    /// Transactions whose OK the client has read.
    Acknowledged: Entry::new("acknowledged", Unit::Transactions),
    /// Transactions whose OK the client has read and that the serving cluster has not.
    LostAcknowledged: Entry::new("lost_acknowledged", Unit::Transactions)
        .column(Block::Transactions, 0, "lost,\nacked", IfZero::Shown)
        .rare()
        .charts(&[Chart::Loss("acknowledged, then lost"), Chart::Trade("acknowledged, then lost (transactions per run)")])
        .compared(),
    /// Transactions that others could have read on the serving master before the failover lost them.
    VisibleThenLost: Entry::new("visible_then_lost", Unit::Transactions)
        .column(Block::Transactions, 1, "visible,\nlost", IfZero::Named)
        .rare()
        .charts(&[Chart::Loss("visible, then lost")])
        .compared(),
    /// Transactions that a reader of the workload did read before the failover lost them.
    ReadThenLost: Entry::new("read_then_lost", Unit::Transactions)
        .column(Block::Transactions, 2, "read,\nlost", IfZero::Named)
        .rare(),
    /// Transactions that only the old master has after its recovery.
    Errant: Entry::new("errant", Unit::Transactions)
        .column(Block::Transactions, 3, "errant,\nold master", IfZero::Named)
        .rare()
        .charts(&[Chart::Loss("errant on the old master")])
        .compared(),
    /// Transactions that survive although the client got no OK.
    KeptUnacknowledged: Entry::new("kept_unacknowledged", Unit::Transactions)
        .column(Block::Transactions, 4, "kept,\nno OK", IfZero::Named)
        .rare()
        .compared(),
    /// Transactions whose retry was acknowledged although the first attempt survived too.
    Duplicated: Entry::new("duplicated", Unit::Transactions)
        .column(Block::Transactions, 5, "duplicated\nby retry", IfZero::Named),
    /// Requests answered with an error before anything was executed.
    Refused: Entry::new("refused", Unit::Transactions)
        .column(Block::Transactions, 11, "refused", IfZero::Named),
    /// Transactions that ended with an error or a broken connection for the client.
    Errors: Entry::new("errors", Unit::Transactions),
    /// Transactions whose client gave up waiting.
    Unknown: Entry::new("unknown", Unit::Transactions),
    /// Time during which clients wanted to write and nobody got an answer, for longer than is usual in the run.
    WriteUnavailable: Entry::new("write_unavailable", Unit::Seconds)
        .column(Block::Times, 1, "no writes\n s", IfZero::Named)
        .charts(&[Chart::Trade("nobody can write (s per run)")])
        .compared(),
    /// Time during which a serving master that should be semi-sync had status OFF.
    SemiSyncOff: Entry::new("semi_sync_off", Unit::Seconds)
        .column(Block::Times, 2, "semi-sync\nOFF, s", IfZero::Named),
    /// Time during which clients can write to two servers.
    TwoMasters: Entry::new("two_masters", Unit::Seconds)
        .column(Block::Times, 3, "two\nmasters, s", IfZero::LeftOut),
    /// Time during which two servers would take writes, whether or not any client reaches both.
    TwoUnfenced: Entry::new("two_unfenced", Unit::Seconds),
    /// Transactions that only the old side of a split has.
    DivergedOld: Entry::new("diverged_old", Unit::Transactions)
        .column(Block::Transactions, 7, "old side\nalone", IfZero::LeftOut),
    /// Transactions that only the new side of a split has.
    DivergedNew: Entry::new("diverged_new", Unit::Transactions)
        .column(Block::Transactions, 8, "new side\nalone", IfZero::LeftOut),
    /// Replicas whose SQL thread has stopped at an error at the end.
    ReplicasStopped: Entry::new("replicas_stopped", Unit::Servers)
        .column(Block::Transactions, 9, "replicas\nstopped", IfZero::LeftOut),
    /// Replicas that run and have other transactions than the serving master at the end.
    ReplicasDifferent: Entry::new("replicas_different", Unit::Servers)
        .column(Block::Transactions, 10, "replicas\ndifferent", IfZero::LeftOut),
    /// Time during which no replica was left and the policy refused writes (error 1290).
    WritesOff: Entry::new("writes_off", Unit::Seconds)
        .column(Block::Times, 4, "1290\n s", IfZero::LeftOut),
    /// Time during which a replica that is back was far behind and writes were asynchronous (stage a).
    Exposed: Entry::new("exposed", Unit::Seconds)
        .column(Block::Times, 5, "stage a\n s", IfZero::LeftOut),
    /// Transactions acknowledged without a copy in stage a.
    ExposedTransactions: Entry::new("exposed_transactions", Unit::Transactions)
        .column(Block::Transactions, 6, "exposed", IfZero::LeftOut),
    /// Time during which writes were refused while a replica that is back received the rest (stage b).
    CatchingUp: Entry::new("catching_up", Unit::Seconds)
        .column(Block::Times, 6, "stage b\n s", IfZero::LeftOut),
    /// Runs in which a replica that was away had not caught up at the end.
    NotCaughtUp: Entry::new("not_caught_up", Unit::Runs)
        .column(Block::Times, 8, "does not\ncatch up", IfZero::LeftOut),
    /// Time from the master's death until its successor accepts writes, in runs with a failover.
    FailoverTime: Entry::new("failover_time", Unit::Seconds)
        .column(Block::Times, 0, "failover\n s", IfZero::Named),
    /// The longest time that a replica which was away took to catch up.
    CatchUpTime: Entry::new("catch_up_time", Unit::Seconds)
        .column(Block::Times, 7, "catch-up\n s", IfZero::LeftOut),
    /// Time by which the replica that is farthest behind trails the master, averaged over the window.
    Lag: Entry::new("lag", Unit::Seconds)
        .column(Block::Speed, 0, "lag\n s", IfZero::LeftOut)
        .from(1.0),
    /// The longest commit of the run.
    LongestCommit: Entry::new("longest_commit", Unit::Seconds),
    /// Acknowledged commits per second, from the end of the warm-up to the first fault.
    Throughput: Entry::new("throughput", Unit::PerSecond)
        .column(Block::Speed, 1, "commits\n /s", IfZero::Shown)
        .charts(&[Chart::OverAxes { title: "throughput", label: "throughput (commits/s)" }])
        .compared(),
    /// Transactions that arrive per second, whether they are served or not (open loop).
    Offered: Entry::new("offered", Unit::PerSecond),
    /// Transactions that had arrived and waited for a session at the end of the measurement (open loop).
    Queued: Entry::new("queued", Unit::Transactions)
        .column(Block::Speed, 2, "waiting for\na session", IfZero::LeftOut)
        .from(1.0),
    /// Transactions in a group of the serving master's group commit.
    GroupSize: Entry::new("group_size", Unit::Transactions)
        .column(Block::Speed, 3, "group\nsize", IfZero::Named),
}

/// How many metrics cases are compared by.
pub const COMPARED: usize = {
    let (mut at, mut count) = (0, 0);
    while at < Metric::ALL.len() {
        count += Metric::ALL[at].entry().is_compared as usize;
        at += 1;
    }
    count
};

impl Metric {
    /// The metrics with a column, in the order of the table.
    pub fn columns() -> Vec<(Metric, Column)> {
        let column = |metric: Metric| Some((metric, metric.entry().column?));
        let mut columns: Vec<_> = Metric::ALL.into_iter().filter_map(column).collect();
        columns.sort_by_key(|(_, column)| (column.block, column.place));
        columns
    }

    /// The metrics on charts of a kind, with what this chart needs of each.
    pub fn on<T>(chart: impl Fn(Chart) -> Option<T>) -> Vec<(Metric, T)> {
        let of = |metric: Metric| {
            let charts = metric.entry().charts.iter();
            charts
                .filter_map(|&one| chart(one))
                .map(move |one| (metric, one))
                .collect::<Vec<_>>()
        };
        Metric::ALL.into_iter().flat_map(of).collect()
    }
}
