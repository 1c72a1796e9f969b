//! The variables of a server as SHOW VARIABLES prints them, and what its my.cnf says.

use super::Lab;
use super::identity::Identity;
use crate::lesson::binlog::Format;
use crate::lesson::show;
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::select::Grid;
use crate::lesson::vocabulary::Names;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::rules::Gtids;
use crate::protocol::variables::{RedoFlush, Variable, Variables, WaitPoint};

fn on(yes: bool) -> String {
    if yes { "ON" } else { "OFF" }.to_owned()
}

fn format(identity: &Identity) -> String {
    match identity.format {
        Format::Row => "ROW",
        Format::Statement => "STATEMENT",
    }
    .to_owned()
}

impl Lab<'_> {
    /// Whether a variable belongs to a plugin that is not installed.
    pub(super) fn needs_plugin(&self, id: ServerId, name: &str) -> bool {
        let plain = name.to_ascii_lowercase();
        let plugin = if plain.starts_with("rpl_semi_sync_master")
            || plain.starts_with("rpl_semi_sync_source")
        {
            "rpl_semi_sync_master"
        } else if plain.starts_with("rpl_semi_sync") {
            "rpl_semi_sync_slave"
        } else {
            return false;
        };
        self.seen.words.has_plugins() && !self.seen.machine(id).plugins.contains(plugin)
    }

    /// Whether a variable is spelled in new words that the server does not know.
    pub(super) fn other_words(&self, name: &str) -> bool {
        let plain = name.to_ascii_lowercase();
        let new = plain.contains("source") || plain.contains("replica");
        new && self.seen.words.names == Names::Old
    }

    /// What a server's my.cnf sets, as it starts.
    pub(super) fn configured(&self, id: ServerId) -> Vec<Variable> {
        let of = &self.seen.machine(id).identity.configured;
        vec![
            Variable::SyncBinlog(of.sync_binlog),
            Variable::RedoFlush(of.redo_flush),
            Variable::SyncDelay(of.sync_delay),
            Variable::SyncNoDelayCount(of.sync_no_delay_count),
            Variable::CommitWaitCount(of.commit_wait_count),
            Variable::CommitWait(of.commit_wait),
            Variable::SemiSyncMaster(of.semi_sync_master),
            Variable::SemiSyncSlave(of.semi_sync_slave),
            Variable::WaitPoint(of.wait_point),
            Variable::SemiSyncTimeout(of.semi_sync_timeout),
            Variable::WaitNoSlave(of.wait_no_slave),
            Variable::WaitForSlaveCount(of.wait_for_slave_count),
            Variable::SyncRelayLog(of.sync_relay_log),
            Variable::SlaveNetTimeout(of.slave_net_timeout),
            Variable::GtidStrictMode(of.gtid_strict_mode),
            Variable::ReadOnly(of.read_only),
            Variable::LogSlaveUpdates(of.log_slave_updates),
            Variable::RelayLogRecovery(of.relay_log_recovery),
        ]
    }

    /// The variables that are modelled, in the order of their names.
    pub fn variables(&self, id: ServerId) -> Vec<(String, String)> {
        let has_plugins = self.seen.words.has_plugins();
        let server = self.simulation.world.server(id);
        let machine = self.seen.machine(id);
        let (identity, of) = (&machine.identity, &server.variables);
        let mut all: Vec<(&str, String)> = vec![
            (
                "auto_increment_increment",
                identity.auto_increment.0.to_string(),
            ),
            (
                "auto_increment_offset",
                identity.auto_increment.1.to_string(),
            ),
            ("binlog_format", format(identity)),
            (
                "innodb_flush_log_at_trx_commit",
                redo_flush(of.redo_flush).to_owned(),
            ),
            ("log_bin", "ON".to_owned()),
            (
                "log_bin_basename",
                format!("/var/lib/mysql/{}", identity.binlog),
            ),
            ("log_slave_updates", on(of.log_slave_updates)),
            ("read_only", on(of.read_only)),
            ("relay_log_recovery", on(of.relay_log_recovery)),
            ("server_id", identity.server_id.to_string()),
            ("slave_net_timeout", seconds(of.slave_net_timeout)),
            ("sync_binlog", of.sync_binlog.to_string()),
            ("sync_relay_log", of.sync_relay_log.to_string()),
        ];
        if self.seen.rules.gtids == Gtids::Sequence {
            let state = machine.last_seq;
            all.extend([
                ("binlog_commit_wait_count", of.commit_wait_count.to_string()),
                ("binlog_commit_wait_usec", micros(of.commit_wait)),
                ("gtid_binlog_pos", self.seen.seq_text(self.binlog_pos(id))),
                ("gtid_current_pos", self.seen.seq_text(state)),
                ("gtid_slave_pos", self.seen.seq_text(machine.slave_pos)),
                ("gtid_strict_mode", on(of.gtid_strict_mode)),
            ]);
        } else {
            all.extend([
                ("binlog_group_commit_sync_delay", micros(of.sync_delay)),
                (
                    "binlog_group_commit_sync_no_delay_count",
                    of.sync_no_delay_count.to_string(),
                ),
                ("enforce_gtid_consistency", on(identity.gtid_mode)),
                ("gtid_executed", self.executed(id)),
                ("gtid_mode", on(identity.gtid_mode)),
                ("server_uuid", identity.uuid.clone()),
                ("super_read_only", "OFF".to_owned()),
            ]);
        }
        all.extend(semi_sync(of, has_plugins));
        all.retain(|(name, _)| !self.needs_plugin(id, name));
        all.sort_by_key(|(name, _)| *name);
        all.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// `gtid_executed` (MySQL): visible only from the engine commit on.
    pub fn executed(&self, id: ServerId) -> String {
        let server = self.simulation.world.server(id);
        self.seen
            .gtid_set(&server.history.set_between(0, server.committed))
            .to_string()
    }

    /// `gtid_binlog_pos` (MariaDB): the last GTID in the binlog.
    fn binlog_pos(&self, id: ServerId) -> Option<(ServerId, u64)> {
        let history = &self.simulation.world.server(id).history;
        let last = history.runs().iter().rev().find(|run| run.logged)?;
        let gtid = history.get(last.end() - 1)?;
        Some((gtid.origin.server, *self.seen.seq.get(&gtid)?))
    }

    /// `SELECT @@a, @@b`
    pub(super) fn select_variables(
        &self,
        id: ServerId,
        names: &[String],
        vertical: bool,
    ) -> String {
        let all = self.variables(id);
        let mut grid = Grid::default();
        let mut row = Vec::new();
        for name in names {
            let plain = name.to_ascii_lowercase();
            let plain = plain.trim_start_matches("global.").to_owned();
            let Some((_, value)) = all.iter().find(|(known, _)| *known == plain) else {
                return SqlError::new(1193, "HY000", format!("Unknown system variable '{plain}'"))
                    .printed();
            };
            let is_number = value.parse::<i64>().is_ok();
            // Switches are numbers in an expression.
            let value = match value.as_str() {
                "ON" if plain != "gtid_mode" => "1".to_owned(),
                "OFF" if plain != "gtid_mode" => "0".to_owned(),
                other => other.to_owned(),
            };
            grid.columns.push((
                format!("@@{name}"),
                is_number || value == "0" || value == "1",
            ));
            row.push(value);
        }
        grid.rows.push(row);
        show::grid(&grid, vertical, &self.seen.words)
    }
}

fn semi_sync(of: &Variables, has_plugins: bool) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("rpl_semi_sync_master_enabled", on(of.semi_sync_master)),
        (
            "rpl_semi_sync_master_timeout",
            (of.semi_sync_timeout.0 / 1_000_000).to_string(),
        ),
        ("rpl_semi_sync_master_trace_level", "32".to_owned()),
        ("rpl_semi_sync_master_wait_no_slave", on(of.wait_no_slave)),
        (
            "rpl_semi_sync_master_wait_point",
            match of.wait_point {
                WaitPoint::AfterSync => "AFTER_SYNC",
                WaitPoint::AfterCommit => "AFTER_COMMIT",
            }
            .to_owned(),
        ),
        ("rpl_semi_sync_slave_enabled", on(of.semi_sync_slave)),
        ("rpl_semi_sync_slave_trace_level", "32".to_owned()),
    ];
    match has_plugins {
        false => all.extend([
            ("rpl_semi_sync_slave_delay_master", "OFF".to_owned()),
            ("rpl_semi_sync_slave_kill_conn_timeout", "5".to_owned()),
        ]),
        true => all.push((
            "rpl_semi_sync_master_wait_for_slave_count",
            of.wait_for_slave_count.to_string(),
        )),
    }
    all
}

fn redo_flush(flush: RedoFlush) -> &'static str {
    match flush {
        RedoFlush::InBackground => "0",
        RedoFlush::AtCommit => "1",
        RedoFlush::WriteOnly => "2",
    }
}

fn seconds(span: Span) -> String {
    (span.0 / 1_000_000_000).to_string()
}

fn micros(span: Span) -> String {
    (span.0 / 1_000).to_string()
}
