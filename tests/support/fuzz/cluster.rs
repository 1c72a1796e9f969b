//! Clusters of one to five servers: every variable, disk, network, client and policy.

use super::quantities::{MS, US, perhaps, time, times};
use super::source::{Source, Temper};
use serde_json::{Map, Value, json};

/// The replication modes.
pub const MODES: [&str; 3] = ["async", "after_commit", "after_sync"];

/// A model of these servers, the master first.
pub fn model(source: &mut Source, flavour: &str, names: &[String]) -> Map<String, Value> {
    let mut model = Map::new();
    model.insert("flavour".to_owned(), json!(flavour));
    model.insert("mode".to_owned(), json!(source.pick(&MODES)));
    model.insert("variables".to_owned(), variables(source, flavour, 6));
    let shared = source.one_in(6);
    let (mut all, mut hosts) = (Map::new(), Map::new());
    for (at, name) in names.iter().enumerate() {
        let mut server = Map::new();
        let host = match shared {
            true => format!("h{}", source.number(0, 1)),
            false => format!("h-{name}"),
        };
        if at > 0 {
            // Now and then a chain.
            let upstream = if source.one_in(6) {
                source.number(0, at as u64 - 1)
            } else {
                0
            };
            server.insert(
                "replicates_from".to_owned(),
                json!(names[upstream as usize]),
            );
        }
        perhaps(&mut server, source, 8, "flavour", |source| {
            let versions = match flavour.starts_with("mariadb") {
                true => ["mariadb-10.11", "mariadb-11.4", "mariadb-11.8"],
                false => ["mysql-8.0.26", "mysql-8.4", "mysql-9.7"],
            };
            json!(source.pick(&versions))
        });
        perhaps(&mut server, source, 5, "variables", |source| {
            variables(source, flavour, 2)
        });
        let mut described = Map::new();
        described.insert(
            "site".to_owned(),
            json!(format!(
                "site-{}",
                if at == 0 {
                    "a"
                } else {
                    source.pick(&["a", "b", "c"])
                }
            )),
        );
        perhaps(&mut described, source, 5, "cores", |source| {
            json!(source.number_or(1, 8, &[0, 4_096]))
        });
        perhaps(&mut described, source, 6, "disk", disk);
        hosts
            .entry(host.clone())
            .or_insert(Value::Object(described));
        server.insert("host".to_owned(), json!(host));
        all.insert(name.clone(), Value::Object(server));
    }
    model.insert("servers".to_owned(), Value::Object(all));
    hosts.insert("spare".to_owned(), json!({"site": "site-d"}));
    model.insert("hosts".to_owned(), Value::Object(hosts));
    perhaps(&mut model, source, 2, "positioning", |source| {
        json!(source.pick(&["gtid", "file_and_position"]))
    });
    perhaps(&mut model, source, 8, "cores", |source| {
        json!(source.number(1, 16))
    });
    perhaps(&mut model, source, 3, "disk", disk);
    perhaps(&mut model, source, 10, "wake_up", |_| {
        json!([["0 ms", "25 us"], ["20 ms", "0.4 ms"]])
    });
    perhaps(&mut model, source, 2, "network", network);
    perhaps(&mut model, source, 6, "links", |source| {
        let (a, b) = (source.pick(names), source.pick(names));
        let mut link = Map::new();
        link.insert("rtt".to_owned(), times(source, 50 * US, 40 * MS));
        perhaps(&mut link, source, 3, "loss", |source| {
            json!(format!("{} %", source.number_or(0, 5, &[50, 99, 100])))
        });
        json!({ format!("{a}>{b}"): link })
    });
    perhaps(&mut model, source, 8, "costs", |source| {
        let steps = [
            "statement",
            "prepare",
            "write_binlog",
            "wake_up",
            "engine_commit",
            "reply",
            "dump",
            "receive",
            "handle_ack",
            "apply",
            "switch",
            "fsync",
            "write",
            "journal",
            "client",
            "read",
            "proxy",
        ];
        let fixed = times(source, US, 200 * US);
        json!({ source.pick(&steps): {"fixed": fixed, "each": time(source, 0, 20 * US)} })
    });
    model.insert("clients".to_owned(), clients(source));
    model.insert("manager".to_owned(), manager(source, names));
    model.insert("restart".to_owned(), times(source, 10 * MS, 150 * MS));
    perhaps(&mut model, source, 4, "connect", |source| {
        times(source, 50 * US, 5 * MS)
    });
    perhaps(&mut model, source, 8, "no_replica", |source| {
        json!(source.pick(&["fall_back_to_async", "disable_writes"]))
    });
    if model.get("no_replica") == Some(&json!("disable_writes")) {
        waits_for_ever(&mut model);
    }
    perhaps(&mut model, source, 8, "guard", |source| {
        json!({"detect": times(source, 5 * MS, 80 * MS), "return": source.pick(&["blocked", "staged"]),
            "limit": format!("{} kB", source.number_or(1, 100, &[0, 100_000_000])),
            "set_read_only": source.pick(&["at_once", "waits_for_commits"])})
    });
    model
}

/// A guard needs commits that wait, for ever.
fn waits_for_ever(model: &mut Map<String, Value>) {
    model.insert("mode".to_owned(), json!("after_sync"));
    let forget = |of: &mut Value| {
        if let Some(Value::Object(variables)) = of.get_mut("variables") {
            variables.retain(|name, _| !name.starts_with("rpl_semi_sync"));
        }
    };
    let mut whole = Value::Object(std::mem::take(model));
    forget(&mut whole);
    if let Some(Value::Object(servers)) = whole.get_mut("servers") {
        servers.values_mut().for_each(forget);
    }
    if let Value::Object(whole) = whole {
        *model = whole;
    }
}

fn disk(source: &mut Source) -> Value {
    let mut disk = Map::new();
    disk.insert("fsync".to_owned(), times(source, 20 * US, 4 * MS));
    perhaps(&mut disk, source, 4, "overwrite", |source| {
        times(source, 20 * US, 2 * MS)
    });
    perhaps(&mut disk, source, 6, "write", |source| {
        times(source, 5 * US, MS)
    });
    perhaps(&mut disk, source, 4, "queue", |source| {
        json!(source.number_or(1, 8, &[0, 1 << 20]))
    });
    perhaps(&mut disk, source, 4, "journal", |source| {
        json!(source.coin())
    });
    perhaps(&mut disk, source, 4, "persistent_memory", |source| {
        json!(source.coin())
    });
    perhaps(&mut disk, source, 5, "slowdown", |source| {
        json!(format!("{} %", source.number(0, 80)))
    });
    perhaps(&mut disk, source, 3, "writeback", |source| {
        json!(time(source, 10 * MS, 400 * MS))
    });
    perhaps(&mut disk, source, 6, "cold", |_| {
        json!([["1 ms", "50 us"], ["100 ms", "1 ms"]])
    });
    Value::Object(disk)
}

fn network(source: &mut Source) -> Value {
    let mut network = Map::new();
    network.insert("rtt".to_owned(), times(source, 100 * US, 40 * MS));
    perhaps(&mut network, source, 4, "within_site", |source| {
        times(source, 20 * US, MS)
    });
    perhaps(&mut network, source, 6, "loopback", |source| {
        times(source, 5 * US, 200 * US)
    });
    perhaps(&mut network, source, 4, "bandwidth", |source| {
        json!(format!(
            "{} Mbit/s",
            source.number_or(1, 2_000, &[0, 1_000_000_000])
        ))
    });
    perhaps(&mut network, source, 4, "loss", |source| {
        json!(format!("{} %", source.number_or(0, 8, &[60, 100])))
    });
    perhaps(&mut network, source, 5, "retransmission", |source| {
        json!(time(source, MS, 250 * MS))
    });
    perhaps(&mut network, source, 4, "give_up", |source| {
        json!(time(source, MS, 2_000 * MS))
    });
    perhaps(&mut network, source, 6, "epoch", |source| {
        json!(time(source, MS, 40 * MS))
    });
    perhaps(&mut network, source, 6, "window", |source| {
        json!(format!("{} B", source.number_or(200, 20_000, &[0, 1])))
    });
    perhaps(&mut network, source, 6, "socket_buffer", |source| {
        json!(format!(
            "{} B",
            source.number_or(400, 100_000, &[0, 1, 1 << 40])
        ))
    });
    Value::Object(network)
}

fn clients(source: &mut Source) -> Value {
    let mut clients = Map::new();
    clients.insert("timeout".to_owned(), json!(time(source, 30 * MS, 400 * MS)));
    clients.insert("reconnect".to_owned(), times(source, MS, 50 * MS));
    perhaps(&mut clients, source, 2, "rtt", |source| {
        times(source, 20 * US, 3 * MS)
    });
    perhaps(&mut clients, source, 3, "retry", |source| {
        json!(source.coin())
    });
    perhaps(&mut clients, source, 8, "sites", |source| {
        json!([source.pick(&["site-a", "site-d"])])
    });
    Value::Object(clients)
}

fn manager(source: &mut Source, names: &[String]) -> Value {
    if source.one_in(5) {
        return Value::Null;
    }
    let mut manager = Map::new();
    manager.insert("detect_clean".to_owned(), times(source, 10 * MS, 80 * MS));
    manager.insert("detect_silent".to_owned(), times(source, 30 * MS, 150 * MS));
    manager.insert("promote".to_owned(), times(source, 2 * MS, 40 * MS));
    manager.insert("repoint".to_owned(), times(source, 2 * MS, 40 * MS));
    perhaps(&mut manager, source, 2, "candidate", |source| {
        json!(source.pick(&["received", "executed"]))
    });
    perhaps(&mut manager, source, 8, "prefer", |source| {
        json!(source.pick(names))
    });
    perhaps(&mut manager, source, 3, "apply_relay_log_first", |source| {
        json!(source.coin())
    });
    perhaps(&mut manager, source, 2, "semi_sync", |source| {
        json!(source.pick(&["at_once", "after_repoint", "off"]))
    });
    perhaps(&mut manager, source, 4, "catch_up_timeout", |source| {
        json!(time(source, 10 * MS, 900 * MS))
    });
    perhaps(&mut manager, source, 5, "quorum", |source| {
        json!(source.coin())
    });
    perhaps(&mut manager, source, 8, "site", |source| {
        json!(source.pick(&["site-a", "site-d"]))
    });
    let fencing = source.pick(&["when_reachable", "when_reachable", "itself", "never"]);
    manager.insert("fencing".to_owned(), json!(fencing));
    if fencing == "itself" {
        manager.insert("fence_after".to_owned(), times(source, 10 * MS, 100 * MS));
    }
    if fencing != "never" {
        perhaps(&mut manager, source, 3, "rejoin", |source| {
            json!(source.pick(&["never", "as_it_is"]))
        });
    }
    perhaps(&mut manager, source, 4, "set_read_only", |source| {
        json!(source.pick(&["at_once", "waits_for_commits"]))
    });
    Value::Object(manager)
}

fn variables(source: &mut Source, flavour: &str, most: u64) -> Value {
    let mariadb = flavour.starts_with("mariadb");
    let mut variables = Map::new();
    for _ in 0..source.number(0, most) {
        let on = if source.coin() { "ON" } else { "OFF" };
        let strange = source.temper == Temper::Extreme && source.one_in(8);
        let (name, value): (&str, Value) = match source.number(0, 17) {
            0 => ("sync_binlog", json!(source.pick(&[0, 1, 1, 3]))),
            1 => ("innodb_flush_log_at_trx_commit", json!(source.number(0, 2))),
            2 => ("sync_relay_log", json!(source.pick(&[0, 1, 1, 7]))),
            3 => ("log_slave_updates", json!(on)),
            4 => ("relay_log_recovery", json!(on)),
            5 => (
                "rpl_semi_sync_master_timeout",
                json!(source.pick(&[20, 100, 1_000, 100_000_000])),
            ),
            6 => ("rpl_semi_sync_master_wait_no_slave", json!(on)),
            7 => ("slave_net_timeout", json!(source.number(1, 4))),
            8 => ("master_connect_retry", json!(1)),
            9 => ("master_retry_count", json!(source.number(1, 20))),
            10 => (
                "master_heartbeat_period",
                json!(source.pick(&["0.05", "0.5", "0"])),
            ),
            11 if mariadb => ("binlog_commit_wait_count", json!(source.number(0, 8))),
            11 => (
                "binlog_group_commit_sync_no_delay_count",
                json!(source.number(0, 8)),
            ),
            12 if mariadb => ("binlog_commit_wait_usec", json!(source.number(0, 900))),
            12 => (
                "binlog_group_commit_sync_delay",
                json!(source.number(0, 900)),
            ),
            13 if mariadb => ("slave_parallel_threads", json!(source.number(0, 6))),
            13 => {
                variables.insert("slave_parallel_type".to_owned(), json!("LOGICAL_CLOCK"));
                variables.insert("slave_preserve_commit_order".to_owned(), json!("ON"));
                ("slave_parallel_workers", json!(source.number(0, 6)))
            }
            14 if mariadb => (
                "slave_parallel_mode",
                json!(source.pick(&["conservative", "optimistic"])),
            ),
            14 => (
                "binlog_transaction_dependency_tracking",
                json!(source.pick(&["COMMIT_ORDER", "WRITESET"])),
            ),
            15 if mariadb => ("init_rpl_role", json!(source.pick(&["MASTER", "SLAVE"]))),
            15 => (
                "rpl_semi_sync_master_wait_for_slave_count",
                json!(source.number(1, 3)),
            ),
            16 if mariadb => ("innodb_log_file_buffering", json!(on)),
            16 => ("gtid_mode", json!("ON")),
            _ => (
                "binlog_format",
                json!(if strange { "STATEMENT" } else { "ROW" }),
            ),
        };
        let value = match strange {
            true => json!(source.pick(&[0, 65_535, 4_294_967_295, u64::MAX])),
            false => value,
        };
        variables.insert(name.to_owned(), value);
    }
    Value::Object(variables)
}
