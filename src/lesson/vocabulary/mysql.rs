//! What MySQL says.

use super::semi_sync::{self, SemiSync};
use super::{
    Columns, Dialect, Dropped, Errors, EventLists, Events, FromInside, GtidEvent, GtidPurged,
    InnerEnds, Lead, Own, Password, PerformanceSchema, Processes, QueryVariables, RelayEvents,
    Runs, SecondsBehind, Shows, SlaveHost, TableMetadata, Types, Vocabulary, Xid, applier,
    mysql_errors, own_tables,
};
use crate::lesson::store::errors::{self, Clause, SqlError, no_table};
use crate::protocol::variables::Positioning;

/// MySQL 8.0.
pub(super) const SERIES_80: Vocabulary = Vocabulary {
    server: "MySQL",
    patch: 36,
    version_suffix: "",
    source: "source",
    replica: "Replica",
    dialect: Dialect::BOTH,
    semi_sync: SemiSync::Plugins(semi_sync::OLD_FIRST),
    decimals: 2,
    change_master: Positioning::FileAndPosition,
    not_our_gtid: "MASTER_USE_GTID is MariaDB's; MySQL has MASTER_AUTO_POSITION",
    keeps_notes: false,
    has_persist: true,
    read_only_admin: false,
    errors: Errors {
        no_query: "ERROR: \nNo query specified",
        session_only: |name| {
            let text = format!(
                "Variable '{name}' is a SESSION variable and can't be used with SET GLOBAL"
            );
            (1228, text)
        },
        no_function: |_| SqlError::new(1046, "3D000", "No database selected"),
        cannot_connect: |host, code| {
            format!("Can't connect to MySQL server on '{host}:3306' ({code})")
        },
        lost_connection: "Lost connection to MySQL server during query",
        replica_runs: Runs {
            io: (
                3021,
                "This operation cannot be performed with a running replica io thread; run STOP REPLICA IO_THREAD FOR CHANNEL '' first.",
            ),
            both: (
                3081,
                "This operation cannot be performed with running replication threads; run STOP REPLICA FOR CHANNEL '' first",
            ),
            reset: (
                3081,
                "This operation cannot be performed with running replication threads; run STOP REPLICA FOR CHANNEL '' first",
            ),
        },
        no_master: "The server is not configured as slave; fix in config file or with CHANGE MASTER TO",
        auto_position: "Parameters MASTER_LOG_FILE, MASTER_LOG_POS, RELAY_LOG_FILE and RELAY_LOG_POS cannot be set when \
                        MASTER_AUTO_POSITION is active.",
        no_gtid_mode: "CHANGE MASTER TO MASTER_AUTO_POSITION = 1 cannot be executed because @@GLOBAL.GTID_MODE = OFF.",
        gtid_purged: GtidPurged::May,
        in_transaction: (
            1766,
            "HY000",
            "The system variable {} cannot be set when there is an ongoing transaction.",
        ),
        no_library: semi_sync::no_library,
        no_database: |database, _| errors::no_database(database),
        time_cut: mysql_errors::time_cut,
        flush_privileges: None,
        user_exists: |user| {
            let text = format!("Authorization ID {user} already exists.");
            SqlError::new(3163, "HY000", text)
        },
        no_user: |user| {
            let text = format!("Authorization ID {user} does not exist.");
            SqlError::new(3162, "HY000", text)
        },
        dropped_nobody: "",
        no_user_to_grant: || {
            SqlError::new(
                1410,
                "42000",
                "You are not allowed to create a user with GRANT",
            )
        },
        clause: |clause| match clause {
            Clause::Insert | Clause::Select | Clause::Set => "field list",
            Clause::Where => "where clause",
            Clause::Order => "order clause",
        },
        primary_key: |table| format!("{table}.PRIMARY"),
        cannot_drop: |column| format!("Can't DROP '{column}'; check that column/key exists"),
        not_a_number: |_, _, column| ("HY000", format!("'{column}'")),
        not_sent: (13_114, mysql_errors::not_sent_80),
        conversion: (13_146, mysql_errors::conversion_80),
        coordinator: Some(mysql_errors::coordinator_80),
        io_thread: mysql_errors::connect_80,
    },
    events: Events {
        format_description: 122,
        query: QueryVariables {
            always: 29,
            applied_begin: Some(24),
            databases: Some(2),
            session: 2,
            xid: Xid {
                tables: 9,
                truncate: 9,
                no_database: 0,
                others: 9,
                is_shown: true,
            },
            update: 9,
            timestamp: 2,
            time_zone: 8,
            user: 12,
            grant: 16,
        },
        gtid: GtidEvent::WithLength,
        lead: Lead::Begin,
        rows: ["Write_rows", "Update_rows", "Delete_rows"],
        rows_flags: "",
        row_header: 10,
        table_metadata: TableMetadata::Minimal,
        relay: RelayEvents::Rotates,
        inner_ends: InnerEnds::Counted,
        dropped: Dropped::Generated,
        password: Password::Hashed {
            plugin: "caching_sha2_password",
            length: 70,
        },
        logs_tables_that_exist: true,
    },
    types: Types {
        // utf8mb4
        bytes_per_character: 4,
        varchar_of_source: |bytes| format!("varchar({bytes}(bytes))"),
        varchar_of_replica: |length| format!("varchar({}(bytes) utf8mb4)", 4 * u32::from(length)),
        // 8.0.19 dropped the display width.
        number_of_replica: |name, _| name.to_owned(),
    },
    shows: Shows {
        binary_logs: &[("Encrypted", "No")],
        slave_host: SlaveHost::Reported,
        replica_columns: Columns::New,
        executed_nowhere: Some(0),
        ssl_verified: "No",
        ssl: "No",
        info_file: "mysql.slave_master_info",
        more_status: &[
            ("Master_public_key_path", ""),
            ("Get_master_public_key", "0"),
            ("Network_Namespace", ""),
        ],
        tells_event_times: false,
        events: EventLists {
            relay_log: "RELAYLOG",
            from_inside: FromInside::NextEvent,
            // No limit.
            limit_zero: usize::MAX,
        },
        seconds_behind: SecondsBehind::NullWithoutBacklog,
        virtual_database_leads: false,
        tells_of_kept_binlogs: true,
        processes: Processes {
            waits_for_ack: "Waiting for semi-sync ACK from replica",
            held: "Waiting for commit lock",
            read_lock: "Waiting for global read lock",
            rotates: "starting",
            in_queue: "waiting for handler commit",
            itself: "init",
            sent_all: "Source has sent all binlog to replica; waiting for more updates",
            finalizes: "Waiting to finalize termination",
            threads: ["Connect", "Query"],
            io_host: "connecting host",
            worker: Some("Waiting for an event from Coordinator"),
            more: &[],
        },
    },
    own: Own {
        tables: own_tables::MYSQL,
        performance_schema: PerformanceSchema::On,
        unknown_table: |name| name.to_uppercase(),
        accounts: &["mysql.infoschema", "mysql.session", "mysql.sys"],
        threads: ["replica_io", "replica_sql", "replica_worker"],
        reads_processes: "executing",
        engines: ENGINES,
        plugins: &[
            ("binlog", "STORAGE ENGINE"),
            ("InnoDB", "STORAGE ENGINE"),
            ("INNODB_TRX", "INFORMATION SCHEMA"),
            ("MyISAM", "STORAGE ENGINE"),
            ("caching_sha2_password", "AUTHENTICATION"),
            ("mysql_native_password", "AUTHENTICATION"),
            ("ngram", "FTPARSER"),
            ("mysqlx", "DAEMON"),
        ],
        never: "0000-00-00 00:00:00.000000",
    },
    applier: applier::MYSQL,
};

/// MySQL 8.0 with a patch version: words and plugins came with some.
pub(super) const fn series_80(patch: u16) -> Vocabulary {
    Vocabulary {
        dialect: match patch {
            ..22 => Dialect::MASTER,
            22 => Dialect::REPLICA,
            23.. => Dialect::BOTH,
        },
        semi_sync: SemiSync::Plugins(match patch {
            ..26 => semi_sync::OLD,
            26.. => semi_sync::OLD_FIRST,
        }),
        applier: match patch {
            ..23 => applier::MYSQL_BEFORE_8023,
            23.. => applier::MYSQL,
        },
        ..SERIES_80
    }
}

/// MySQL 8.4.
pub(super) const SERIES_84: Vocabulary = Vocabulary {
    patch: 8,
    dialect: Dialect::SOURCE,
    semi_sync: SemiSync::Plugins(semi_sync::NEW_FIRST),
    errors: Errors {
        no_master: "The server is not configured as replica; fix in config file or with CHANGE REPLICATION SOURCE TO",
        auto_position: "Parameters SOURCE_LOG_FILE, SOURCE_LOG_POS, RELAY_LOG_FILE and RELAY_LOG_POS cannot be set when \
                        SOURCE_AUTO_POSITION is active.",
        no_gtid_mode: "CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION = 1 cannot be executed because \
                       @@GLOBAL.GTID_MODE = OFF.",
        no_library: semi_sync::no_library_by_loader,
        not_sent: (13_114, mysql_errors::not_sent_84),
        ..SERIES_80.errors
    },
    events: Events {
        format_description: 123,
        ..SERIES_80.events
    },
    ..SERIES_80
};

/// MySQL 9.7: asked (semantics.md 14).
pub(super) const SERIES_97: Vocabulary = Vocabulary {
    patch: 4,
    semi_sync: SemiSync::Plugins(semi_sync::NEW),
    errors: Errors {
        conversion: (13_146, mysql_errors::conversion_97),
        dropped_nobody: " (User account does not exist)",
        flush_privileges: Some("FLUSH PRIVILEGES"),
        ..SERIES_84.errors
    },
    events: Events {
        rows_flags: " USE_SQL_FOREIGN_KEY_F",
        ..SERIES_84.events
    },
    shows: Shows {
        ssl: "Yes",
        ..SERIES_84.shows
    },
    ..SERIES_84
};

/// MySQL 5.7.
pub(super) const SERIES_57: Vocabulary = Vocabulary {
    patch: 42,
    has_persist: false,
    version_suffix: "-log",
    source: "master",
    replica: "Slave",
    dialect: Dialect::OLDEST,
    applier: applier::MYSQL_57,
    semi_sync: SemiSync::Plugins(semi_sync::OLD),
    errors: Errors {
        cannot_connect: |host, code| format!("Can't connect to MySQL server on '{host}' ({code})"),
        replica_runs: Runs {
            io: (
                3021,
                "This operation cannot be performed with a running slave io thread; run STOP SLAVE IO_THREAD FOR CHANNEL '' first.",
            ),
            both: (
                3081,
                "This operation cannot be performed with running replication threads; run STOP SLAVE FOR CHANNEL '' first",
            ),
            reset: (
                3081,
                "This operation cannot be performed with running replication threads; run STOP SLAVE FOR CHANNEL '' first",
            ),
        },
        gtid_purged: GtidPurged::OnlyOnce,
        no_database: no_table,
        no_user_to_grant: super::no_row_of_user,
        primary_key: |_| "PRIMARY".to_owned(),
        io_thread: mysql_errors::connect_57,
        not_sent: (1236, mysql_errors::not_sent_80),
        conversion: (1677, mysql_errors::conversion_80),
        coordinator: Some(mysql_errors::coordinator_57),
        ..SERIES_80.errors
    },
    events: Events {
        format_description: 119,
        query: QueryVariables {
            always: 26,
            applied_begin: None,
            databases: None,
            session: 0,
            xid: Xid {
                tables: 0,
                truncate: 0,
                no_database: 0,
                others: 0,
                is_shown: false,
            },
            update: 0,
            timestamp: 0,
            time_zone: 0,
            user: 0,
            grant: 0,
        },
        relay: RelayEvents::Plain,
        dropped: Dropped::AsTyped,
        gtid: GtidEvent::Fixed(65),
        table_metadata: TableMetadata::Absent,
        password: Password::Hashed {
            plugin: "mysql_native_password",
            length: 41,
        },
        ..SERIES_80.events
    },
    types: Types {
        // latin1
        bytes_per_character: 1,
        varchar_of_replica: |length| format!("varchar({length})"),
        number_of_replica: |name, digits| format!("{name}({digits})"),
        ..SERIES_80.types
    },
    shows: Shows {
        binary_logs: &[],
        virtual_database_leads: true,
        info_file: "/var/lib/mysql/master.info",
        executed_nowhere: None,
        more_status: &[],
        processes: Processes {
            waits_for_ack: "Waiting for semi-sync ACK from slave",
            in_queue: "query end",
            sent_all: "Master has sent all binlog to slave; waiting for more updates",
            threads: ["Connect", "Connect"],
            io_host: "",
            worker: None,
            ..SERIES_80.shows.processes
        },
        ..SERIES_80.shows
    },
    own: Own {
        accounts: &["mysql.session", "mysql.sys"],
        threads: ["slave_io", "slave_sql", "slave_worker"],
        engines: ENGINES_57,
        never: "0000-00-00 00:00:00",
        ..SERIES_80.own
    },
    ..SERIES_80
};

/// As 9.7 lists them.
const ENGINES: &str = "\
ndbcluster|NO|Clustered, fault-tolerant tables|NULL|NULL|NULL
MEMORY|YES|Hash based, stored in memory, useful for temporary tables|NO|NO|NO
InnoDB|DEFAULT|Supports transactions, row-level locking, and foreign keys|YES|YES|YES
PERFORMANCE_SCHEMA|YES|Performance Schema|NO|NO|NO
MyISAM|YES|MyISAM storage engine|NO|NO|NO
FEDERATED|NO|Federated MySQL storage engine|NULL|NULL|NULL
ndbinfo|NO|MySQL Cluster system information storage engine|NULL|NULL|NULL
MRG_MYISAM|YES|Collection of identical MyISAM tables|NO|NO|NO
BLACKHOLE|YES|/dev/null storage engine (anything you write to it disappears)|NO|NO|NO
CSV|YES|CSV storage engine|NO|NO|NO
ARCHIVE|YES|Archive storage engine|NO|NO|NO";

/// As the manual of 5.7 lists them.
const ENGINES_57: &str = "\
InnoDB|DEFAULT|Supports transactions, row-level locking, and foreign keys|YES|YES|YES
MRG_MYISAM|YES|Collection of identical MyISAM tables|NO|NO|NO
MEMORY|YES|Hash based, stored in memory, useful for temporary tables|NO|NO|NO
BLACKHOLE|YES|/dev/null storage engine (anything you write to it disappears)|NO|NO|NO
MyISAM|YES|MyISAM storage engine|NO|NO|NO
CSV|YES|CSV storage engine|NO|NO|NO
ARCHIVE|YES|Archive storage engine|NO|NO|NO
PERFORMANCE_SCHEMA|YES|Performance Schema|NO|NO|NO
FEDERATED|NO|Federated MySQL storage engine|NULL|NULL|NULL";
