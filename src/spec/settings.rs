//! Server variables as people write them: the servers' own names in old and new spelling, values as my.cnf takes them.

use super::error::Error;
pub use crate::protocol::flavour::In;
use crate::shown;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A variable's value as written; numbers and ON/OFF as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting(pub String);

impl Setting {
    fn read(value: &Value) -> Result<Setting, String> {
        match value {
            Value::String(text) => Ok(Setting(text.trim().to_string())),
            Value::Number(number) => Ok(Setting(number.to_string())),
            Value::Bool(on) => Ok(Setting(if *on { "ON" } else { "OFF" }.to_string())),
            other @ (Value::Null | Value::Array(_) | Value::Object(_)) => Err(format!(
                "expected a number, \"ON\", \"OFF\" or a word, as in my.cnf, not {}",
                shown::value(other)
            )),
        }
    }

    /// ON or OFF, as servers take them.
    pub fn switch(&self) -> Result<bool, String> {
        match self.0.to_ascii_lowercase().as_str() {
            "on" | "1" | "true" | "yes" => Ok(true),
            "off" | "0" | "false" | "no" => Ok(false),
            _ => Err(format!("expected ON or OFF, not {:?}", self.0)),
        }
    }

    /// A whole number within bounds.
    pub fn whole(&self, low: u64, high: u64, unit: &str) -> Result<u64, String> {
        let of = if unit.is_empty() {
            String::new()
        } else {
            format!(" of {unit}")
        };
        match self.0.parse::<u64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(n),
            _ => Err(format!(
                "expected a whole number{of} from {low} to {high}, as in my.cnf, not {:?}",
                self.0
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Setting::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// Every variable that a description may set: its names (the first is used from here on) and where it exists.
pub const KNOWN: [(&[&str], In); 38] = [
    (&["sync_binlog"], In::All),
    (&["innodb_flush_log_at_trx_commit"], In::All),
    (&["innodb_log_file_buffering"], In::Mariadb),
    (&["binlog_group_commit_sync_delay"], In::Mysql),
    (&["binlog_group_commit_sync_no_delay_count"], In::Mysql),
    (&["binlog_commit_wait_count"], In::Mariadb),
    (&["binlog_commit_wait_usec"], In::Mariadb),
    (&["log_slave_updates", "log_replica_updates"], In::All),
    (
        &[
            "rpl_semi_sync_master_enabled",
            "rpl_semi_sync_source_enabled",
        ],
        In::All,
    ),
    (
        &[
            "rpl_semi_sync_slave_enabled",
            "rpl_semi_sync_replica_enabled",
        ],
        In::All,
    ),
    (
        &[
            "rpl_semi_sync_master_wait_point",
            "rpl_semi_sync_source_wait_point",
        ],
        In::All,
    ),
    (
        &[
            "rpl_semi_sync_master_timeout",
            "rpl_semi_sync_source_timeout",
        ],
        In::All,
    ),
    (
        &[
            "rpl_semi_sync_master_wait_no_slave",
            "rpl_semi_sync_source_wait_no_replica",
        ],
        In::All,
    ),
    (
        &[
            "rpl_semi_sync_master_wait_for_slave_count",
            "rpl_semi_sync_source_wait_for_replica_count",
        ],
        In::Mysql,
    ),
    (&["sync_relay_log"], In::All),
    (&["relay_log_recovery"], In::All),
    (&["init_rpl_role"], In::Mariadb),
    (&["gtid_strict_mode"], In::Mariadb),
    (&["slave_net_timeout", "replica_net_timeout"], In::All),
    (&["master_connect_retry", "source_connect_retry"], In::All),
    (&["master_retry_count", "source_retry_count"], In::All),
    (
        &["master_heartbeat_period", "source_heartbeat_period"],
        In::All,
    ),
    (&["gtid_mode"], In::Mysql),
    (&["enforce_gtid_consistency"], In::Mysql),
    (&["master_auto_position", "source_auto_position"], In::Mysql),
    (&["master_use_gtid"], In::Mariadb),
    (&["read_only"], In::All),
    (&["super_read_only"], In::Mysql),
    (&["binlog_format"], In::All),
    (
        &["slave_parallel_workers", "replica_parallel_workers"],
        In::Mysql,
    ),
    (&["slave_parallel_threads"], In::Mariadb),
    (&["slave_parallel_type", "replica_parallel_type"], In::Mysql),
    (&["slave_parallel_mode"], In::Mariadb),
    (
        &[
            "slave_preserve_commit_order",
            "replica_preserve_commit_order",
        ],
        In::Mysql,
    ),
    (&["binlog_transaction_dependency_tracking"], In::Mysql),
    // known, and refused unless they say what is modelled anyway
    (&["binlog_order_commits"], In::Mysql),
    (&["max_binlog_size"], In::All),
    (
        &[
            "rpl_semi_sync_master_trace_level",
            "rpl_semi_sync_source_trace_level",
        ],
        In::All,
    ),
];

/// The name that is used from here on, in any spelling: upper case and dashes as in my.cnf are fine.
pub fn canonical(name: &str) -> Option<&'static str> {
    let plain = name.to_lowercase().replace('-', "_");
    KNOWN
        .iter()
        .find(|known| known.0.contains(&plain.as_str()))
        .map(|known| known.0[0])
}

/// Gives every variable of a description its canonical name, so that parts in different spellings merge.
pub fn canonicalise(description: &mut Value) -> Result<(), Error> {
    if let Some(variables) = description.get_mut("variables") {
        rename(variables, "variables")?;
    }
    if let Some(Value::Object(servers)) = description.get_mut("servers") {
        for (name, server) in servers {
            if let Some(variables) = server.get_mut("variables") {
                rename(variables, &format!("servers.{name}.variables"))?;
            }
        }
    }
    Ok(())
}

fn rename(variables: &mut Value, path: &str) -> Result<(), Error> {
    let Value::Object(map) = variables else {
        return Ok(());
    };
    let mut renamed = Map::new();
    for (name, value) in std::mem::take(map) {
        let at = format!("{path}.{name}");
        let Some(known) = canonical(&name) else {
            let every = KNOWN.iter().flat_map(|known| known.0.iter());
            return Err(
                Error::at(at, format!("unknown server variable `{name}`")).near(&name, every)
            );
        };
        if renamed.contains_key(known) {
            return Err(Error::at(
                at,
                format!("`{name}` is set twice, in two spellings of `{known}`"),
            ));
        }
        renamed.insert(known.to_string(), value);
    }
    *map = renamed;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn old_and_new_spelling_are_one_variable() {
        let mut description = json!({"variables": {"RPL-semi-sync-source-timeout": 500}});
        canonicalise(&mut description).unwrap();
        assert_eq!(
            description,
            json!({"variables": {"rpl_semi_sync_master_timeout": 500}})
        );
    }

    #[test]
    fn a_variable_set_twice_in_two_spellings_is_an_error() {
        let mut description = json!({"servers": {"a": {"variables": {"log_slave_updates": 1, "log_replica_updates": 0}}}});
        let error = canonicalise(&mut description).unwrap_err().to_string();
        assert!(error.contains("set twice"), "{error}");
    }

    #[test]
    fn switches_take_what_servers_take() {
        for on in ["ON", "1", "true", "On"] {
            assert_eq!(Setting(on.into()).switch(), Ok(true));
        }
        assert!(Setting("2".into()).switch().is_err());
    }
}
