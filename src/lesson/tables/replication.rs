//! `performance_schema.replication_*` and `information_schema.SLAVE_STATUS`: what SHOW SLAVE STATUS says, as tables.

use super::processes::thread;
use super::{Fields, Rows, printed, text};
use crate::engine::Moment;
use crate::lesson::lab::Lab;
use crate::lesson::lab::machine::Trouble;
use crate::lesson::show::clock;
use crate::lesson::show::processlist::{IO_THREAD, SQL_THREAD, worker_thread};
use crate::lesson::show::slave_status::{all_slaves_status, io_trouble, slave_status};
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::Columns;
use crate::protocol::ids::{Gtid, ServerId};

/// What one of these tables is made of.
struct Told<'lab, 'plan> {
    lab: &'lab Lab<'plan>,
    id: ServerId,
    /// The row of SHOW SLAVE STATUS, by the old names.
    status: Vec<(String, String)>,
}

/// The rows of one of these tables; none on a server that replicates from nobody.
pub(super) fn rows(lab: &mut Lab, id: ServerId, name: &str) -> Rows {
    if name == "slave_status" {
        return Rows::of(slave_status_of(lab, id));
    }
    let grid = slave_status(lab, id, Columns::Old);
    let Some(row) = grid.rows.into_iter().next() else {
        return Rows::default();
    };
    let names = grid.columns.into_iter().map(|(name, _)| name);
    let told = Told {
        lab,
        id,
        status: names.zip(row).collect(),
    };
    Rows::of(match name {
        "replication_connection_configuration" => vec![told.connection_configuration()],
        "replication_connection_status" => vec![told.connection_status()],
        "replication_applier_configuration" => vec![told.applier_configuration()],
        "replication_applier_status" => vec![told.applier_status()],
        "replication_applier_status_by_coordinator" => told.coordinator().into_iter().collect(),
        "replication_applier_status_by_worker" => told.workers(),
        // Nobody is a member of a group.
        _ => Vec::new(),
    })
}

fn slave_status_of(lab: &mut Lab, id: ServerId) -> Vec<Fields> {
    let grid = all_slaves_status(lab, id, Columns::Old);
    let row = |row: &Vec<String>| {
        let named = grid.columns.iter().zip(row);
        named
            .map(|((name, number), cell)| printed(name, cell, *number))
            .collect()
    };
    grid.rows.iter().map(row).collect()
}

fn number(name: &str, value: impl Into<i64>) -> (String, Value) {
    (name.to_owned(), Value::Int(value.into()))
}

impl Told<'_, '_> {
    fn said(&self, name: &str) -> &str {
        let found = self.status.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn as_said(&self, column: &str, name: &str) -> (String, Value) {
        text(column, self.said(name))
    }

    fn as_number(&self, column: &str, name: &str) -> (String, Value) {
        printed(column, self.said(name), true)
    }

    /// `Yes` and `No`, in capitals.
    fn capitals(&self, column: &str, name: &str) -> (String, Value) {
        text(column, self.said(name).to_uppercase())
    }

    /// A moment with microseconds, if the server has them there.
    fn moment(&self, column: &str, at: Option<Moment>) -> (String, Value) {
        let never = self.lab.seen.words.own.never;
        let shown = at.map(|at| {
            let whole = clock::moment(self.lab.seen.seconds(at));
            let micros = at.since_start().0 / 1_000 % 1_000_000;
            match never.contains('.') {
                true => format!("{whole}.{micros:06}"),
                false => whole,
            }
        });
        text(column, shown.unwrap_or_else(|| never.to_owned()))
    }

    fn trouble(&self, trouble: &Trouble) -> Fields {
        let is_some = trouble.number > 0;
        vec![
            number("LAST_ERROR_NUMBER", trouble.number),
            text("LAST_ERROR_MESSAGE", trouble.text.clone()),
            self.moment("LAST_ERROR_TIMESTAMP", is_some.then_some(trouble.at)),
        ]
    }

    /// A transaction, and when it was committed where it was typed and where it came from.
    fn transaction(&self, column: &str, gtid: Option<Gtid>) -> Fields {
        let machine = |id: ServerId| self.lab.seen.machine(id);
        let upstream = self.lab.simulation.world.server(self.id).replica.upstream;
        let logged = |id: ServerId, gtid: Gtid| machine(id).progress.logged.get(&gtid).copied();
        let original = gtid.and_then(|gtid| logged(gtid.origin.server, gtid));
        let immediate = gtid.zip(upstream).and_then(|(gtid, id)| logged(id, gtid));
        vec![
            text(
                column,
                gtid.map_or_else(String::new, |gtid| self.lab.seen.gtid_text(gtid)),
            ),
            self.moment(&format!("{column}_ORIGINAL_COMMIT_TIMESTAMP"), original),
            self.moment(&format!("{column}_IMMEDIATE_COMMIT_TIMESTAMP"), immediate),
        ]
    }

    fn connection_configuration(&self) -> Fields {
        let heartbeat = self
            .lab
            .simulation
            .world
            .server(self.id)
            .variables
            .heartbeat_period
            .0;
        let key = if self.said("Get_master_public_key") == "1" {
            "YES"
        } else {
            "NO"
        };
        vec![
            text("CHANNEL_NAME", ""),
            self.as_said("HOST", "Master_Host"),
            self.as_number("PORT", "Master_Port"),
            self.as_said("USER", "Master_User"),
            self.as_said("NETWORK_INTERFACE", "Master_Bind"),
            self.as_said("AUTO_POSITION", "Auto_Position"),
            self.capitals("SSL_ALLOWED", "Master_SSL_Allowed"),
            self.as_said("SSL_CA_FILE", "Master_SSL_CA_File"),
            self.as_said("SSL_CA_PATH", "Master_SSL_CA_Path"),
            self.as_said("SSL_CERTIFICATE", "Master_SSL_Cert"),
            self.as_said("SSL_CIPHER", "Master_SSL_Cipher"),
            self.as_said("SSL_KEY", "Master_SSL_Key"),
            self.capitals(
                "SSL_VERIFY_SERVER_CERTIFICATE",
                "Master_SSL_Verify_Server_Cert",
            ),
            self.as_said("SSL_CRL_FILE", "Master_SSL_Crl"),
            self.as_said("SSL_CRL_PATH", "Master_SSL_Crlpath"),
            self.as_number("CONNECTION_RETRY_INTERVAL", "Connect_Retry"),
            self.as_number("CONNECTION_RETRY_COUNT", "Master_Retry_Count"),
            (
                "HEARTBEAT_INTERVAL".to_owned(),
                Value::Decimal(i128::from(heartbeat / 1_000_000), 3),
            ),
            self.as_said("TLS_VERSION", "Master_TLS_Version"),
            self.as_said("PUBLIC_KEY_PATH", "Master_public_key_path"),
            text("GET_PUBLIC_KEY", key),
            self.as_said("NETWORK_NAMESPACE", "Network_Namespace"),
            text("COMPRESSION_ALGORITHM", "uncompressed"),
            number("ZSTD_COMPRESSION_LEVEL", 3),
            ("TLS_CIPHERSUITES".to_owned(), Value::Null),
            text("SOURCE_CONNECTION_AUTO_FAILOVER", "0"),
            text("GTID_ONLY", "0"),
        ]
    }

    fn connection_status(&self) -> Fields {
        let (state, id) = match self.said("Slave_IO_Running") {
            "Yes" => ("ON", thread(IO_THREAD)),
            "Connecting" => ("CONNECTING", Value::Null),
            _ => ("OFF", Value::Null),
        };
        let queued = self.lab.seen.machine(self.id).progress.queued;
        let mut fields = vec![
            text("CHANNEL_NAME", ""),
            text("GROUP_NAME", ""),
            self.as_said("SOURCE_UUID", "Master_UUID"),
            ("THREAD_ID".to_owned(), id),
            text("SERVICE_STATE", state),
            self.as_said("RECEIVED_TRANSACTION_SET", "Retrieved_Gtid_Set"),
            self.moment(
                "LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP",
                queued.map(|(_, at)| at),
            ),
        ];
        fields.extend(self.trouble(&io_trouble(self.lab, self.id)));
        fields.extend(self.transaction("LAST_QUEUED_TRANSACTION", queued.map(|(gtid, _)| gtid)));
        // It queues a transaction in no time here.
        fields.extend(self.transaction("QUEUEING_TRANSACTION", None));
        fields.push(self.moment("QUEUEING_TRANSACTION_START_QUEUE_TIMESTAMP", None));
        fields
    }

    fn applier_configuration(&self) -> Fields {
        let null = |name: &str| (name.to_owned(), Value::Null);
        vec![
            text("CHANNEL_NAME", ""),
            self.as_number("DESIRED_DELAY", "SQL_Delay"),
            null("PRIVILEGE_CHECKS_USER"),
            text("REQUIRE_ROW_FORMAT", "NO"),
            text("REQUIRE_TABLE_PRIMARY_KEY_CHECK", "STREAM"),
            text("ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_TYPE", "OFF"),
            null("ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_VALUE"),
        ]
    }

    fn applies(&self) -> bool {
        self.said("Slave_SQL_Running") == "Yes"
    }

    fn applier_status(&self) -> Fields {
        let retries = self.lab.simulation.world.server(self.id).replica.rollbacks;
        vec![
            text("CHANNEL_NAME", ""),
            text("SERVICE_STATE", if self.applies() { "ON" } else { "OFF" }),
            self.as_number("REMAINING_DELAY", "SQL_Remaining_Delay"),
            number("COUNT_TRANSACTIONS_RETRIES", retries as i64),
        ]
    }

    /// The thread of a coordinator or a worker, and whether it runs.
    fn service(&self, connection: i64) -> Fields {
        let (state, id) = match self.applies() {
            true => ("ON", thread(connection)),
            false => ("OFF", Value::Null),
        };
        vec![
            text("CHANNEL_NAME", ""),
            ("THREAD_ID".to_owned(), id),
            text("SERVICE_STATE", state),
        ]
    }

    /// There is none before the SQL thread was started, and none without workers.
    fn coordinator(&self) -> Option<Fields> {
        let machine = self.lab.seen.machine(self.id);
        let replica = &self.lab.simulation.world.server(self.id).replica;
        let progress = &machine.progress;
        if !progress.coordinated || progress.workers.is_empty() {
            return None;
        }
        let last = replica.scheduled.checked_sub(1);
        let last = last.filter(|last| *last >= progress.started_at());
        // The transaction that failed stays in its hands.
        let failed = machine.sql_trouble.number > 0;
        let next = replica.relay.get(replica.scheduled).filter(|_| failed);
        let mut fields = self.service(SQL_THREAD);
        fields.extend(self.trouble(&machine.sql_trouble));
        let last = last.and_then(|at| replica.relay.get(at));
        fields.extend(self.transaction("LAST_PROCESSED_TRANSACTION", last));
        fields.extend(self.transaction("PROCESSING_TRANSACTION", next));
        Some(fields)
    }

    fn workers(&self) -> Vec<Fields> {
        let progress = &self.lab.seen.machine(self.id).progress;
        let mut workers = progress.workers.clone();
        // A SQL thread that was never started is one worker.
        let coordinated = progress.coordinated && !workers.is_empty();
        workers.resize(workers.len().max(1), Default::default());
        let row = |(at, worker): (u32, &crate::lesson::lab::progress::Worker)| {
            let connection = match coordinated {
                true => worker_thread(at),
                false => SQL_THREAD,
            };
            let mut fields = self.service(connection);
            fields.push(number("WORKER_ID", at + u32::from(coordinated)));
            fields.extend(self.trouble(&worker.trouble));
            let applied = worker.applied;
            fields.extend(
                self.transaction("LAST_APPLIED_TRANSACTION", applied.map(|(gtid, ..)| gtid)),
            );
            let (since, to) = (
                applied.map(|(_, since, _)| since),
                applied.map(|(.., to)| to),
            );
            fields.push(self.moment("LAST_APPLIED_TRANSACTION_START_APPLY_TIMESTAMP", since));
            fields.push(self.moment("LAST_APPLIED_TRANSACTION_END_APPLY_TIMESTAMP", to));
            let applying = worker.applying;
            fields.extend(self.transaction("APPLYING_TRANSACTION", applying.map(|(gtid, _)| gtid)));
            let since = applying.map(|(_, since)| since);
            fields.push(self.moment("APPLYING_TRANSACTION_START_APPLY_TIMESTAMP", since));
            let seen = applying
                .map(|(gtid, _)| gtid)
                .or(applied.map(|(gtid, ..)| gtid));
            fields.extend(
                self.transaction("LAST_SEEN_TRANSACTION", seen)
                    .into_iter()
                    .take(1),
            );
            for which in ["LAST_APPLIED", "APPLYING"] {
                let name = |what: &str| format!("{which}_TRANSACTION_{what}");
                fields.push(number(&name("RETRIES_COUNT"), 0));
                fields.push(number(&name("LAST_TRANSIENT_ERROR_NUMBER"), 0));
                fields.push(text(&name("LAST_TRANSIENT_ERROR_MESSAGE"), ""));
                fields.push(self.moment(&name("LAST_TRANSIENT_ERROR_TIMESTAMP"), None));
            }
            fields
        };
        (0..).zip(&workers).map(row).collect()
    }
}
