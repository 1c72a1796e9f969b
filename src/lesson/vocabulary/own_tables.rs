//! Tables of the servers themselves: which there are, and their columns by version.

/// A table as these lists say it: full name, and columns in their order.
///
/// Behind a name: `#` is a number, `!` is never NULL, `@80022` came with this version, `<80000` is gone with it. In front of a table's name: `*` a
/// view, whose answers say its columns' names as it has them.
pub type Listed = (&'static str, &'static str);

const REPLICATION: &str = "\
    CHANNEL_NAME HOST PORT# USER NETWORK_INTERFACE AUTO_POSITION SSL_ALLOWED SSL_CA_FILE SSL_CA_PATH SSL_CERTIFICATE \
    SSL_CIPHER SSL_KEY SSL_VERIFY_SERVER_CERTIFICATE SSL_CRL_FILE SSL_CRL_PATH CONNECTION_RETRY_INTERVAL# \
    CONNECTION_RETRY_COUNT# HEARTBEAT_INTERVAL# TLS_VERSION PUBLIC_KEY_PATH@80000 GET_PUBLIC_KEY@80000 \
    NETWORK_NAMESPACE@80017 COMPRESSION_ALGORITHM@80018 ZSTD_COMPRESSION_LEVEL#@80018 TLS_CIPHERSUITES@80019 \
    SOURCE_CONNECTION_AUTO_FAILOVER@80022 GTID_ONLY@80027";
const CONNECTION: &str = "\
    CHANNEL_NAME GROUP_NAME SOURCE_UUID THREAD_ID# SERVICE_STATE COUNT_RECEIVED_HEARTBEATS# LAST_HEARTBEAT_TIMESTAMP \
    RECEIVED_TRANSACTION_SET LAST_ERROR_NUMBER# LAST_ERROR_MESSAGE LAST_ERROR_TIMESTAMP LAST_QUEUED_TRANSACTION@80000 \
    LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 LAST_QUEUED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 \
    LAST_QUEUED_TRANSACTION_START_QUEUE_TIMESTAMP@80000 LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP@80000 \
    QUEUEING_TRANSACTION@80000 QUEUEING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 \
    QUEUEING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 QUEUEING_TRANSACTION_START_QUEUE_TIMESTAMP@80000";
const APPLIER: &str = "\
    CHANNEL_NAME DESIRED_DELAY# PRIVILEGE_CHECKS_USER@80018 REQUIRE_ROW_FORMAT@80019 \
    REQUIRE_TABLE_PRIMARY_KEY_CHECK@80020 ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_TYPE@80023 \
    ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_VALUE@80023";
const COORDINATOR: &str = "\
    CHANNEL_NAME THREAD_ID# SERVICE_STATE LAST_ERROR_NUMBER# LAST_ERROR_MESSAGE LAST_ERROR_TIMESTAMP \
    LAST_PROCESSED_TRANSACTION@80000 LAST_PROCESSED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 \
    LAST_PROCESSED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 LAST_PROCESSED_TRANSACTION_START_BUFFER_TIMESTAMP@80000 \
    LAST_PROCESSED_TRANSACTION_END_BUFFER_TIMESTAMP@80000 PROCESSING_TRANSACTION@80000 \
    PROCESSING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 \
    PROCESSING_TRANSACTION_START_BUFFER_TIMESTAMP@80000";
const WORKER: &str = "\
    CHANNEL_NAME WORKER_ID# THREAD_ID# SERVICE_STATE LAST_SEEN_TRANSACTION<80000 LAST_ERROR_NUMBER# LAST_ERROR_MESSAGE \
    LAST_ERROR_TIMESTAMP LAST_APPLIED_TRANSACTION@80000 LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 \
    LAST_APPLIED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 LAST_APPLIED_TRANSACTION_START_APPLY_TIMESTAMP@80000 \
    LAST_APPLIED_TRANSACTION_END_APPLY_TIMESTAMP@80000 APPLYING_TRANSACTION@80000 \
    APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP@80000 APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP@80000 \
    APPLYING_TRANSACTION_START_APPLY_TIMESTAMP@80000 LAST_APPLIED_TRANSACTION_RETRIES_COUNT#@80013 \
    LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER#@80013 \
    LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_MESSAGE@80013 \
    LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_TIMESTAMP@80013 APPLYING_TRANSACTION_RETRIES_COUNT#@80013 \
    APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER#@80013 APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_MESSAGE@80013 \
    APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_TIMESTAMP@80013";
const STATUS: &str = "CHANNEL_NAME SERVICE_STATE REMAINING_DELAY# COUNT_TRANSACTIONS_RETRIES#";
const MEMBERS: &str = "\
    CHANNEL_NAME MEMBER_ID MEMBER_HOST MEMBER_PORT# MEMBER_STATE MEMBER_ROLE@80002 MEMBER_VERSION@80002 \
    MEMBER_COMMUNICATION_STACK@80027";
const FILTERS: &str = "CHANNEL_NAME FILTER_NAME FILTER_RULE CONFIGURED_BY ACTIVE_SINCE COUNTER#";
const GLOBAL_FILTERS: &str = "FILTER_NAME FILTER_RULE CONFIGURED_BY ACTIVE_SINCE";
const THREADS: &str = "\
    THREAD_ID#! NAME TYPE PROCESSLIST_ID# PROCESSLIST_USER PROCESSLIST_HOST PROCESSLIST_DB PROCESSLIST_COMMAND \
    PROCESSLIST_TIME# PROCESSLIST_STATE PROCESSLIST_INFO PARENT_THREAD_ID# ROLE INSTRUMENTED HISTORY CONNECTION_TYPE \
    THREAD_OS_ID# RESOURCE_GROUP@80003 EXECUTION_ENGINE@80030 CONTROLLED_MEMORY#@80031 MAX_CONTROLLED_MEMORY#@80031 \
    TOTAL_MEMORY#@80031 MAX_TOTAL_MEMORY#@80031 TELEMETRY_ACTIVE@80033";
const VARIABLES: &str = "VARIABLE_NAME VARIABLE_VALUE";
const SCHEMATA: &str = "\
    CATALOG_NAME SCHEMA_NAME DEFAULT_CHARACTER_SET_NAME DEFAULT_COLLATION_NAME SQL_PATH DEFAULT_ENCRYPTION@80016";
const ENGINES: &str = "ENGINE SUPPORT COMMENT TRANSACTIONS XA SAVEPOINTS";
const USERS: &str = "\
    Host User Select_priv Insert_priv Update_priv Delete_priv Create_priv Drop_priv Reload_priv Shutdown_priv \
    Process_priv File_priv Grant_priv References_priv Index_priv Alter_priv Show_db_priv Super_priv Create_tmp_table_priv \
    Lock_tables_priv Execute_priv Repl_slave_priv Repl_client_priv Create_view_priv Show_view_priv Create_routine_priv \
    Alter_routine_priv Create_user_priv Event_priv Trigger_priv Create_tablespace_priv ssl_type ssl_cipher x509_issuer \
    x509_subject max_questions# max_updates# max_connections# max_user_connections# plugin authentication_string \
    password_expired password_last_changed password_lifetime# account_locked Create_role_priv@80000 \
    Drop_role_priv@80000 Password_reuse_history#@80003 Password_reuse_time#@80003 Password_require_current@80013 \
    User_attributes@80014";

/// `mysql.user` of MariaDB.
const USERS_OF_MARIADB: &str = "\
    Host User Password Select_priv Insert_priv Update_priv Delete_priv Create_priv Drop_priv Reload_priv Shutdown_priv \
    Process_priv File_priv Grant_priv References_priv Index_priv Alter_priv Show_db_priv Super_priv Create_tmp_table_priv \
    Lock_tables_priv Execute_priv Repl_slave_priv Repl_client_priv Create_view_priv Show_view_priv Create_routine_priv \
    Alter_routine_priv Create_user_priv Event_priv Trigger_priv Create_tablespace_priv Delete_history_priv ssl_type \
    ssl_cipher x509_issuer x509_subject max_questions# max_updates# max_connections# max_user_connections# plugin \
    authentication_string password_expired is_role default_role max_statement_time#";
/// The columns of SHOW ALL SLAVES STATUS, and nothing else.
const SLAVE_STATUS: &str = "\
    Connection_name Slave_SQL_State Slave_IO_State Master_Host Master_User Master_Port# Connect_Retry# Master_Log_File \
    Read_Master_Log_Pos# Relay_Log_File Relay_Log_Pos# Relay_Master_Log_File Slave_IO_Running Slave_SQL_Running \
    Replicate_Do_DB Replicate_Ignore_DB Replicate_Do_Table Replicate_Ignore_Table Replicate_Wild_Do_Table \
    Replicate_Wild_Ignore_Table Last_Errno# Last_Error Skip_Counter# Exec_Master_Log_Pos# Relay_Log_Space# \
    Until_Condition Until_Log_File Until_Log_Pos# Master_SSL_Allowed Master_SSL_CA_File Master_SSL_CA_Path \
    Master_SSL_Cert Master_SSL_Cipher Master_SSL_Key Seconds_Behind_Master# Master_SSL_Verify_Server_Cert \
    Last_IO_Errno# Last_IO_Error Last_SQL_Errno# Last_SQL_Error Replicate_Ignore_Server_Ids Master_Server_Id# \
    Master_SSL_Crl Master_SSL_Crlpath Using_Gtid Gtid_IO_Pos Replicate_Do_Domain_Ids Replicate_Ignore_Domain_Ids \
    Parallel_Mode SQL_Delay# SQL_Remaining_Delay# Slave_SQL_Running_State Slave_DDL_Groups# \
    Slave_Non_Transactional_Groups# Slave_Transactional_Groups# Replicate_Rewrite_DB Retried_transactions# \
    Max_relay_log_size# Executed_log_entries# Slave_received_heartbeats# Slave_heartbeat_period# Gtid_Slave_Pos \
    Master_last_event_time Slave_last_event_time Master_Slave_time_diff#";

/// MySQL (9.7 was asked; versions of columns are the manual's).
pub(super) const MYSQL: &[Listed] = &[
    (
        "performance_schema.replication_connection_configuration",
        REPLICATION,
    ),
    (
        "performance_schema.replication_connection_status",
        CONNECTION,
    ),
    (
        "performance_schema.replication_applier_configuration",
        APPLIER,
    ),
    ("performance_schema.replication_applier_status", STATUS),
    (
        "performance_schema.replication_applier_status_by_coordinator",
        COORDINATOR,
    ),
    (
        "performance_schema.replication_applier_status_by_worker",
        WORKER,
    ),
    ("performance_schema.replication_group_members", MEMBERS),
    (
        "performance_schema.replication_applier_filters@80000",
        FILTERS,
    ),
    (
        "performance_schema.replication_applier_global_filters@80000",
        GLOBAL_FILTERS,
    ),
    ("performance_schema.threads", THREADS),
    (
        "performance_schema.processlist@80022",
        "ID#! USER HOST DB COMMAND TIME# STATE INFO EXECUTION_ENGINE@80030",
    ),
    ("performance_schema.global_variables", VARIABLES),
    ("performance_schema.session_variables", VARIABLES),
    ("performance_schema.global_status", VARIABLES),
    ("performance_schema.session_status", VARIABLES),
    (
        "information_schema.processlist",
        "ID#! USER HOST DB COMMAND TIME# STATE INFO",
    ),
    (
        "*information_schema.tables",
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE VERSION# ROW_FORMAT TABLE_ROWS# AVG_ROW_LENGTH# \
         DATA_LENGTH# MAX_DATA_LENGTH# INDEX_LENGTH# DATA_FREE# AUTO_INCREMENT# CREATE_TIME UPDATE_TIME CHECK_TIME \
         TABLE_COLLATION CHECKSUM# CREATE_OPTIONS TABLE_COMMENT",
    ),
    ("*information_schema.schemata", SCHEMATA),
    ("information_schema.engines", ENGINES),
    (
        "information_schema.plugins",
        "PLUGIN_NAME PLUGIN_VERSION PLUGIN_STATUS PLUGIN_TYPE PLUGIN_TYPE_VERSION PLUGIN_LIBRARY PLUGIN_LIBRARY_VERSION \
         PLUGIN_AUTHOR PLUGIN_DESCRIPTION PLUGIN_LICENSE LOAD_OPTION",
    ),
    // Without columns: not modelled. MySQL 5.7 has them and answers 3167.
    ("information_schema.global_variables<80000", ""),
    ("information_schema.session_variables<80000", ""),
    ("information_schema.global_status<80000", ""),
    ("information_schema.session_status<80000", ""),
    ("mysql.user", USERS),
];

/// MariaDB (10.11 and 11.8 were asked). Its `performance_schema` is there and OFF.
pub(super) const MARIADB: &[Listed] = &[
    (
        "performance_schema.replication_connection_configuration",
        "CHANNEL_NAME HOST PORT# USER USING_GTID",
    ),
    (
        "performance_schema.replication_applier_configuration",
        "CHANNEL_NAME DESIRED_DELAY#",
    ),
    ("performance_schema.replication_applier_status", STATUS),
    (
        "performance_schema.replication_applier_status_by_coordinator",
        "CHANNEL_NAME THREAD_ID# SERVICE_STATE LAST_ERROR_NUMBER# LAST_ERROR_MESSAGE LAST_ERROR_TIMESTAMP \
         LAST_SEEN_TRANSACTION LAST_TRANS_RETRY_COUNT#",
    ),
    (
        "performance_schema.replication_applier_status_by_worker",
        "CHANNEL_NAME THREAD_ID# SERVICE_STATE LAST_SEEN_TRANSACTION LAST_ERROR_NUMBER# LAST_ERROR_MESSAGE \
         LAST_ERROR_TIMESTAMP WORKER_IDLE_TIME# LAST_TRANS_RETRY_COUNT#",
    ),
    ("performance_schema.threads", THREADS),
    ("performance_schema.global_status", VARIABLES),
    ("performance_schema.session_status", VARIABLES),
    ("information_schema.slave_status@110600", SLAVE_STATUS),
    (
        "information_schema.processlist",
        "ID#! USER HOST DB COMMAND TIME# STATE INFO TIME_MS# STAGE# MAX_STAGE# PROGRESS# MEMORY_USED# MAX_MEMORY_USED# \
         EXAMINED_ROWS# SENT_ROWS#@110300 QUERY_ID# INFO_BINARY TID# TMP_SPACE_USED#@110500",
    ),
    ("information_schema.global_variables", VARIABLES),
    ("information_schema.session_variables", VARIABLES),
    ("information_schema.global_status", VARIABLES),
    ("information_schema.session_status", VARIABLES),
    (
        "information_schema.tables",
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE VERSION# ROW_FORMAT TABLE_ROWS# AVG_ROW_LENGTH# \
         DATA_LENGTH# MAX_DATA_LENGTH# INDEX_LENGTH# DATA_FREE# AUTO_INCREMENT# CREATE_TIME UPDATE_TIME CHECK_TIME \
         TABLE_COLLATION CHECKSUM# CREATE_OPTIONS TABLE_COMMENT MAX_INDEX_LENGTH# TEMPORARY",
    ),
    (
        "information_schema.schemata",
        "CATALOG_NAME SCHEMA_NAME DEFAULT_CHARACTER_SET_NAME DEFAULT_COLLATION_NAME SQL_PATH SCHEMA_COMMENT",
    ),
    ("information_schema.engines", ENGINES),
    (
        "information_schema.plugins",
        "PLUGIN_NAME PLUGIN_VERSION PLUGIN_STATUS PLUGIN_TYPE PLUGIN_TYPE_VERSION PLUGIN_LIBRARY PLUGIN_LIBRARY_VERSION \
         PLUGIN_AUTHOR PLUGIN_DESCRIPTION PLUGIN_LICENSE LOAD_OPTION PLUGIN_MATURITY PLUGIN_AUTH_VERSION",
    ),
    ("*mysql.user", USERS_OF_MARIADB),
];

/// What a version has of a list: a table's columns, by the table's full name in small letters.
pub struct OwnColumns {
    /// Its name in the answer is the column's own, however it was typed.
    pub is_view: bool,
    /// The columns.
    pub columns: Vec<OwnColumn>,
}

impl OwnColumns {
    /// Whether it has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// A column of one.
pub struct OwnColumn {
    /// Its name.
    pub name: &'static str,
    /// It is a number.
    pub is_number: bool,
    /// It is never NULL.
    pub is_never_null: bool,
}

/// A table of these lists, for a version; `None` if there is none of this name.
pub(super) fn find(lists: &[Listed], name: &str, version: u32) -> Option<OwnColumns> {
    let (listed, columns) = lists.iter().find(|(listed, _)| {
        let (said, exists) = of_version(listed.trim_start_matches('*'), version);
        said == name && exists
    })?;
    let columns = columns.split_whitespace().filter_map(|said| {
        let (said, exists) = of_version(said, version);
        exists.then(|| OwnColumn {
            name: said.trim_end_matches(['#', '!']),
            is_number: said.contains('#'),
            is_never_null: said.contains('!'),
        })
    });
    Some(OwnColumns {
        is_view: listed.starts_with('*'),
        columns: columns.collect(),
    })
}

/// A name without its versions, and whether a version has it.
fn of_version(said: &'static str, version: u32) -> (&'static str, bool) {
    let limit = |text: &str| text.parse().unwrap_or(0);
    match (said.split_once('@'), said.split_once('<')) {
        (Some((name, since)), _) => (name, version >= limit(since)),
        (None, Some((name, before))) => (name, version < limit(before)),
        (None, None) => (said, true),
    }
}

/// Whether some server has a table of this name.
pub(super) fn is_known(name: &str) -> bool {
    let mut all = MYSQL.iter().chain(MARIADB);
    all.any(|(listed, _)| {
        let plain = listed.trim_start_matches('*');
        plain.split(['@', '<']).next() == Some(name)
    })
}
