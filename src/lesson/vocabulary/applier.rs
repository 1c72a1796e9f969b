//! What servers of a flavour say of threads: when they start, stop, skip, are killed (semantics.md 14.6, 14.7).

use super::Said;

/// What is said of a replica's threads.
#[derive(Clone, Copy, Debug)]
pub struct Applier {
    /// CHANGE MASTER TO with a password, without SSL.
    pub password_notes: &'static [Said],
    /// START of threads that run: a note.
    pub already_runs: Said,
    /// STOP of threads that do not.
    pub already_stopped: Said,
    /// `sql_slave_skip_counter`
    pub skip_counter: SkipCounter,
    /// CHANGE of the delay alone while the SQL thread runs, if that thread alone has to be stopped for it.
    pub delay_alone: Option<Said>,
    /// What the delay is counted from.
    pub delay_from: DelayFrom,
    /// `Slave_SQL_Running_State` of a delayed SQL thread.
    pub delays: &'static str,
    /// When a SQL thread that was started UNTIL a position finds that it is there.
    pub until: UntilIsSeen,
    /// KILL QUERY of SLEEP().
    pub killed_sleep: KilledSleep,
    /// What else UNTIL knows, beside positions.
    pub until_gtids: UntilWords,
}

/// What `sql_slave_skip_counter` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipCounter {
    /// What the next start of the SQL thread takes over; with GTIDs it does nothing, and this is said.
    TakenAtStart(SkipWithGtids),
    /// The replica's own count: it goes down, and stays when the thread stops. It is set while the thread does not run.
    OfReplica,
}

/// `sql_slave_skip_counter` with GTIDs (MySQL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipWithGtids {
    /// Error 1858.
    Refused,
    /// Warning 4016.
    Warned,
}

/// When a SQL thread that was started UNTIL a position stops there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UntilIsSeen {
    /// As soon as it is there.
    AtOnce,
    /// When it reads the next event.
    AtNextEvent,
}

/// What a delay is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelayFrom {
    /// The second in which the source began to execute.
    Statement,
    /// The source's commit, in microseconds.
    Commit,
}

/// What SLEEP() says when its statement is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KilledSleep {
    /// 1, and the statement goes on.
    SaysOne,
    /// Error 1317.
    Fails,
}

/// Which GTIDs UNTIL knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UntilWords {
    /// `SQL_BEFORE_GTIDS`, `SQL_AFTER_GTIDS`, `SQL_AFTER_MTS_GAPS`
    OfSqlThread,
    /// `master_gtid_pos`
    OfMaster,
    /// That, and `SQL_BEFORE_GTIDS`, `SQL_AFTER_GTIDS`, which are not modelled.
    OfMasterAndSides,
}

pub(super) const MYSQL: Applier = Applier {
    password_notes: &[
        PLAIN_PASSWORD,
        (
            1760,
            "Storing MySQL user name or password information in the connection metadata repository is not secure and is \
             therefore not recommended. Please consider using the USER and PASSWORD connection options for START REPLICA; see \
             the 'START REPLICA Syntax' in the MySQL Manual for more information.",
        ),
    ],
    // So it is written there.
    already_runs: (
        3083,
        "Replication thread(s) for channel '' are already runnning.",
    ),
    already_stopped: (
        3084,
        "Replication thread(s) for channel '' are already stopped.",
    ),
    skip_counter: SkipCounter::TakenAtStart(SkipWithGtids::Warned),
    delay_alone: Some((
        3085,
        "This operation cannot be performed with a running replica sql thread; run STOP REPLICA SQL_THREAD FOR CHANNEL '' first.",
    )),
    delay_from: DelayFrom::Commit,
    delays: "Waiting until SOURCE_DELAY seconds after source executed event",
    until: UntilIsSeen::AtOnce,
    killed_sleep: KilledSleep::SaysOne,
    until_gtids: UntilWords::OfSqlThread,
};

const PLAIN_PASSWORD: Said = (
    1759,
    "Sending passwords in plain text without SSL/TLS is extremely insecure.",
);

/// MySQL before 8.0.23.
pub(super) const MYSQL_BEFORE_8023: Applier = Applier {
    password_notes: &[
        PLAIN_PASSWORD,
        (
            1760,
            "Storing MySQL user name or password information in the master info repository is not secure and is therefore not \
             recommended. Please consider using the USER and PASSWORD connection options for START SLAVE; see the 'START SLAVE \
             Syntax' in the MySQL Manual for more information.",
        ),
    ],
    skip_counter: SkipCounter::TakenAtStart(SkipWithGtids::Refused),
    delays: "Waiting until MASTER_DELAY seconds after master executed event",
    ..MYSQL
};

/// MySQL 5.7.
pub(super) const MYSQL_57: Applier = Applier {
    delay_alone: Some((
        3085,
        "This operation cannot be performed with a running slave sql thread; run STOP SLAVE SQL_THREAD FOR CHANNEL '' first.",
    )),
    delay_from: DelayFrom::Statement,
    ..MYSQL_BEFORE_8023
};

/// MariaDB from 11.3 on.
pub(super) const MARIADB_113: Applier = Applier {
    until_gtids: UntilWords::OfMasterAndSides,
    ..MARIADB
};

pub(super) const MARIADB: Applier = Applier {
    password_notes: &[],
    already_runs: (1254, "Slave is already running"),
    already_stopped: (1255, "Slave already has been stopped"),
    skip_counter: SkipCounter::OfReplica,
    delay_alone: None,
    delay_from: DelayFrom::Statement,
    delays: "Waiting until MASTER_DELAY seconds after master executed event",
    until: UntilIsSeen::AtNextEvent,
    killed_sleep: KilledSleep::Fails,
    until_gtids: UntilWords::OfMaster,
};
