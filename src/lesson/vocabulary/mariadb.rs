//! What MariaDB says.

use super::semi_sync::{self, SemiSync};
use super::{
    Attempt, Columns, Dialect, Dropped, Errors, EventLists, Events, FromInside, GtidEvent,
    GtidPurged, InnerEnds, Lead, NotSent, Own, Password, PerformanceSchema, Processes,
    QueryVariables, RelayEvents, Runs, SecondsBehind, Shows, SlaveHost, TableMetadata, Types,
    Vocabulary, Xid, applier, mysql_errors, own_tables,
};
use crate::lesson::store::errors::{Clause, Note, SqlError, no_table};
use crate::protocol::variables::Positioning;

/// MariaDB 10.11.
pub(super) const SERIES_1011: Vocabulary = Vocabulary {
    server: "MariaDB",
    patch: 19,
    version_suffix: "-MariaDB-log",
    source: "master",
    replica: "Slave",
    dialect: Dialect::MARIADB,
    semi_sync: SemiSync::BuiltIn(semi_sync::OLD),
    decimals: 3,
    // since 10.10
    change_master: Positioning::Gtid,
    not_our_gtid: "MASTER_AUTO_POSITION is MySQL's; MariaDB has MASTER_USE_GTID",
    keeps_notes: true,
    has_persist: false,
    read_only_admin: true,
    errors: Errors {
        no_query: "ERROR: No query specified",
        session_only: |name| (1238, format!("Variable '{name}' is a SESSION variable")),
        no_function: |name| SqlError::new(1305, "42000", format!("FUNCTION {name} does not exist")),
        // The client waits for the connection without blocking: EINPROGRESS.
        cannot_connect: |host, _| format!("Can't connect to server on '{host}' (115)"),
        lost_connection: "Lost connection to server during query",
        replica_runs: Runs {
            io: RUNS,
            both: RUNS,
            reset: RUNS,
        },
        no_master: "Misconfigured slave: MASTER_HOST was not set; Fix in config file or with CHANGE MASTER TO",
        // MariaDB has no auto-position: these are never said.
        auto_position: "",
        no_gtid_mode: "",
        // It has no `gtid_purged`.
        gtid_purged: GtidPurged::May,
        in_transaction: (
            1179,
            "25000",
            "You are not allowed to execute this command in a transaction",
        ),
        no_library: semi_sync::no_library_of_mariadb,
        no_database: no_table,
        time_cut: |_, column, row| Note::cut(column, row),
        flush_privileges: None,
        user_exists: |user| {
            let text = format!("Can't create user {user}; it already exists");
            SqlError::new(1973, "HY000", text)
        },
        no_user: |user| {
            let text = format!("Can't drop user {user}; it doesn't exist");
            SqlError::new(1974, "HY000", text)
        },
        dropped_nobody: "",
        no_user_to_grant: super::no_row_of_user,
        clause: |clause| match clause {
            Clause::Insert => "INSERT INTO",
            Clause::Select => "SELECT",
            Clause::Set => "SET",
            Clause::Where => "WHERE",
            Clause::Order => "ORDER BY",
        },
        primary_key: |_| "PRIMARY".to_owned(),
        cannot_drop: |column| format!("Can't DROP COLUMN `{column}`; check that it exists"),
        not_a_number: |database, table, column| {
            ("22007", format!("`{database}`.`{table}`.`{column}`"))
        },
        not_sent: (1236, not_sent),
        conversion: (1677, mysql_errors::conversion_80),
        // Workers' errors are shown as they are.
        coordinator: None,
        io_thread: error_2003,
    },
    events: Events {
        format_description: 252,
        query: QueryVariables {
            always: 26,
            applied_begin: None,
            databases: None,
            session: 0,
            xid: Xid {
                tables: 9,
                truncate: 0,
                no_database: 9,
                others: 0,
                is_shown: false,
            },
            update: 0,
            timestamp: 0,
            time_zone: 0,
            user: 0,
            grant: 16,
        },
        relay: RelayEvents::Heads,
        inner_ends: InnerEnds::Counted,
        dropped: Dropped::Generated,
        gtid: GtidEvent::ByGroup {
            alone: 42,
            grouped: 44,
        },
        lead: Lead::Annotation,
        rows: ["Write_rows_v1", "Update_rows_v1", "Delete_rows_v1"],
        rows_flags: "",
        row_header: 8,
        table_metadata: TableMetadata::Absent,
        password: Password::AsTyped,
        logs_tables_that_exist: false,
    },
    types: Types {
        // latin1
        bytes_per_character: 1,
        varchar_of_source: |bytes| format!("varchar({bytes} octets)"),
        varchar_of_replica: |length| format!("varchar({length} octets) character set latin1"),
        number_of_replica: |name, digits| format!("{name}({digits})"),
    },
    shows: Shows {
        binary_logs: &[],
        slave_host: SlaveHost::Seen,
        replica_columns: Columns::Old,
        executed_nowhere: Some(0),
        ssl: "No",
        ssl_verified: "No",
        info_file: "",
        more_status: &[],
        tells_event_times: false,
        events: EventLists {
            relay_log: "BINLOG",
            from_inside: FromInside::Refused,
            limit_zero: 1,
        },
        seconds_behind: SecondsBehind::NullUnconnected,
        virtual_database_leads: false,
        tells_of_kept_binlogs: false,
        processes: Processes {
            waits_for_ack: "Waiting for semi-sync ACK from slave",
            held: "Waiting for backup lock",
            read_lock: "Waiting for backup lock",
            rotates: "starting",
            in_queue: "Waiting for prior transaction to commit",
            itself: "starting",
            sent_all: "Master has sent all binlog to slave; waiting for more updates",
            finalizes: "Master has sent all binlog to slave; waiting for more updates",
            threads: ["Slave_IO", "Slave_SQL"],
            io_host: "",
            worker: None,
            more: &[("Progress", "0.000")],
        },
    },
    own: Own {
        tables: own_tables::MARIADB,
        performance_schema: PerformanceSchema::Off,
        unknown_table: str::to_owned,
        accounts: &["mariadb.sys"],
        threads: ["slave_io", "slave_sql", "slave_worker"],
        reads_processes: "Filling schema table",
        engines: ENGINES,
        plugins: &[
            ("binlog", "STORAGE ENGINE"),
            ("InnoDB", "STORAGE ENGINE"),
            ("INNODB_TRX", "INFORMATION SCHEMA"),
            ("Aria", "STORAGE ENGINE"),
            ("mysql_native_password", "AUTHENTICATION"),
            ("unix_socket", "AUTHENTICATION"),
            ("wsrep", "REPLICATION"),
            ("inet6", "DATA TYPE"),
        ],
        never: "0000-00-00 00:00:00",
    },
    applier: applier::MARIADB,
};

/// The order is of no meaning: it is another one in 11.8.
const ENGINES: &str = "\
CSV|YES|Stores tables as CSV files|NO|NO|NO
MRG_MyISAM|YES|Collection of identical MyISAM tables|NO|NO|NO
MEMORY|YES|Hash based, stored in memory, useful for temporary tables|NO|NO|NO
Aria|YES|Crash-safe tables with MyISAM heritage. Used for internal temporary tables and privilege tables|NO|NO|NO
MyISAM|YES|Non-transactional engine with good performance and small data footprint|NO|NO|NO
SEQUENCE|YES|Generated tables filled with sequential values|YES|NO|YES
InnoDB|DEFAULT|Supports transactions, row-level locking, foreign keys and encryption for tables|YES|YES|YES
PERFORMANCE_SCHEMA|YES|Performance Schema|NO|NO|NO";

/// MariaDB 11.4: not asked; nothing of what is said here is known to differ.
pub(super) const SERIES_114: Vocabulary = Vocabulary {
    patch: 8,
    applier: applier::MARIADB_113,
    shows: Shows {
        // TLS from 11.4 on, unless it is switched off.
        ssl: "Yes",
        ssl_verified: "Yes",
        ..SERIES_1011.shows
    },
    events: Events {
        inner_ends: InnerEnds::Zero,
        ..SERIES_1011.events
    },
    ..SERIES_1011
};

/// MariaDB 11.8.
pub(super) const SERIES_118: Vocabulary = Vocabulary {
    patch: 9,
    shows: Shows {
        tells_event_times: true,
        ..SERIES_114.shows
    },
    events: Events {
        relay: RelayEvents::HeadsWithOneList,
        ..SERIES_114.events
    },
    ..SERIES_114
};

/// 1198
const RUNS: (u16, &str) = (
    1198,
    "This operation cannot be performed as you have a running slave ''; run STOP SLAVE '' first",
);

fn not_sent(of: &NotSent) -> String {
    let read = |file: &str, at: u64| {
        format!(
            "the first event '{file}' at {at}, the last event read from '{file}' at 4, the last byte read from '{file}' at 4."
        )
    };
    match *of {
        NotSent::NoFile => {
            "'Could not find first log file name in binary log index file'".to_owned()
        }
        NotSent::BehindEnd(file, at) => format!(
            "'Client requested master to start replication from impossible position; {}'",
            read(file, at)
        ),
        NotSent::Inside(file, at, _) => {
            format!("'bogus data in log event; {}'", read(file, at))
        }
        NotSent::Purged(..) => "'Could not find GTID state requested by slave in any binlog files. Probably the slave state is \
                                too old and required binlog files have been purged.'"
            .to_owned(),
        NotSent::Ahead(last) => format!(
            "'Error: connecting slave requested to start from GTID {last}, which is not in the master's binlog'"
        ),
        NotSent::Diverged(last) => format!(
            "'Error: connecting slave requested to start from GTID {last}, which is not in the master's binlog. Since the \
             master's binlog contains GTIDs with higher sequence numbers, it probably means that the slave has diverged due to \
             executing extra erroneous transactions'"
        ),
    }
}

fn error_2003(of: &Attempt) -> String {
    let Attempt {
        user, host, port, ..
    } = of;
    format!(
        "error {} to master '{user}@{host}:{port}' - retry-time: {}  maximum-retries: {}  message: Can't connect to server on \
         '{host}' ({} \"{}\")",
        of.verb, of.retry, of.most, of.error.0, of.error.1
    )
}
