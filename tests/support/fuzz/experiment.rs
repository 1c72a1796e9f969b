//! Experiments over all keys: a cluster, its workload, faults of every kind, axes and claims.

use super::cluster::{MODES, model};
use super::mutate;
use super::quantities::{MS, US, perhaps, time, times};
use super::source::Source;
use serde_json::{Map, Value, json};

const FLAVOURS: [&str; 6] = [
    "mysql-8.4",
    "mysql-8.0",
    "mysql-5.7",
    "mysql-8.0.16",
    "mariadb-10.11",
    "mariadb-11.8",
];

/// The text of an experiment.
pub fn text(source: &mut Source) -> String {
    let document = experiment(source);
    mutate::text(document, source)
}

/// Names of the servers: the master first.
fn servers(count: u64) -> Vec<String> {
    (0..count)
        .map(|at| {
            if at == 0 {
                "m".to_owned()
            } else {
                format!("s{at}")
            }
        })
        .collect()
}

fn experiment(source: &mut Source) -> Value {
    let flavour = source.pick(&FLAVOURS);
    let names = servers(source.number_or(2, 4, &[1, 5, 9]));
    let mut overrides = model(source, flavour, &names);
    let hardware = [
        "same_az", "cross_az", "gp3", "hdd", "io2", "nvme_plp", "pd_ssd", "raid_bbu", "costs",
        "loopback",
    ];
    let mut parts = vec![json!(format!("hardware/{}", source.pick(&hardware)))];
    if source.one_in(4) {
        let policies = [
            "received-first",
            "executed-first",
            "no-manager",
            "fall_back_to_async",
        ];
        parts.push(json!(format!("policies/{}", source.pick(&policies))));
    }
    overrides.insert("note".to_owned(), json!("fuzzed"));
    parts.push(Value::Object(overrides));
    let duration = source.number_or(60, 400, &[1, 2_000, 20_000]);
    let mut document = Map::new();
    document.insert("model".to_owned(), Value::Array(parts));
    document.insert("workload".to_owned(), workload(source, &names));
    let faults = source.number(0, 4);
    let faults = (0..faults)
        .map(|_| fault(source, &names, duration))
        .collect();
    document.insert("faults".to_owned(), Value::Array(faults));
    document.insert("duration".to_owned(), json!(format!("{duration} ms")));
    let warm_up = source.number(0, duration / 3) * 1_000;
    document.insert("warm_up".to_owned(), json!(format!("{warm_up} us")));
    document.insert("seed".to_owned(), json!(source.number(0, u64::MAX)));
    document.insert(
        "runs".to_owned(),
        json!(source.number_or(1, 2, &[100, 4_000_000_000])),
    );
    if source.one_in(6) {
        tiny(source, &mut document);
        return Value::Object(document);
    }
    perhaps(&mut document, source, 3, "vary", |source| {
        vary(source, &names)
    });
    perhaps(&mut document, source, 4, "expect", expect);
    perhaps(&mut document, source, 4, "check", |source| {
        json!({"sessions": source.number(1, 2), "transactions": source.number(1, 2), "crashes": source.number(0, 2),
            "restarts": source.number(0, 1), "time_outs": source.number(0, 2), "failovers": source.number(0, 2),
            "victims": source.pick(&["any", "of_faults"]), "most_states": source.number(1, 50_000)})
    });
    perhaps(&mut document, source, 20, "precision", |_| json!("20 %"));
    Value::Object(document)
}

fn workload(source: &mut Source, names: &[String]) -> Value {
    let mut workload = Map::new();
    workload.insert(
        "sessions".to_owned(),
        json!(source.number_or(1, 10, &[0, 200, 65_535])),
    );
    match source.number(0, 3) {
        0 => {
            let rate = source.number_or(5, 800, &[0, 1_000_000_000]);
            let spacing = source.pick(&["exponential", "fixed"]);
            let queue = source.pick(&["shared", "per_session"]);
            workload.insert(
                "arrivals".to_owned(),
                json!({"rate": format!("{rate} /s"), "spacing": spacing, "queue": queue}),
            );
        }
        1 => {}
        _ => {
            workload.insert("think_time".to_owned(), times(source, 0, 40 * MS));
            perhaps(&mut workload, source, 4, "ramp", |source| {
                json!(time(source, 0, 50 * MS))
            });
        }
    }
    perhaps(&mut workload, source, 2, "transaction", |source| {
        let mut transaction = Map::new();
        perhaps(&mut transaction, source, 3, "statements", |source| {
            json!(source.number_or(1, 4, &[0, 300, 1 << 31]))
        });
        perhaps(&mut transaction, source, 3, "rows", |source| {
            json!(source.number_or(1, 9, &[0, 1 << 20, u64::MAX]))
        });
        perhaps(&mut transaction, source, 3, "bytes", |source| {
            json!(format!(
                "{} B",
                source.number_or(100, 60_000, &[0, 1 << 40])
            ))
        });
        perhaps(&mut transaction, source, 5, "events", |source| {
            json!(source.number_or(4, 20, &[0, 1 << 31]))
        });
        perhaps(&mut transaction, source, 4, "keys", |source| {
            json!(source.pick(&["auto_increment", "distinct"]))
        });
        perhaps(&mut transaction, source, 4, "updates", |source| {
            json!({"rows": source.number(1, 4), "of": source.number_or(4, 50, &[0, 1, 1 << 31]), "hot": source.number(1, 3),
                "hot_share": format!("{} %", source.number(0, 100))})
        });
        Value::Object(transaction)
    });
    perhaps(&mut workload, source, 3, "readers", |source| {
        let from = source.pick(&[String::from("master"), names[names.len() - 1].clone()]);
        json!({"count": source.number_or(1, 4, &[0, 65_535]), "from": from, "every": times(source, MS, 30 * MS)})
    });
    Value::Object(workload)
}

/// A run of a few transactions, whose every order of events can be searched too (`beside`).
fn tiny(source: &mut Source, document: &mut Map<String, Value>) {
    let sessions = source.number(1, 2);
    document.insert(
        "workload".to_owned(),
        json!({"sessions": sessions, "arrivals": {"rate": format!("{} /s", source.number(20, 80))}}),
    );
    document.insert("warm_up".to_owned(), json!("0 s"));
    document.insert("duration".to_owned(), json!("40 ms"));
    let names = servers(source.number(2, 3));
    let flavour = source.pick(&FLAVOURS);
    let mut cluster = model(source, flavour, &names);
    let quick = json!({"rtt": format!("{} us", source.number(100, 8_000))});
    cluster.insert("network".to_owned(), quick);
    cluster.insert("connect".to_owned(), json!("50 us"));
    document.insert("model".to_owned(), json!([cluster]));
    let count = source.number(1, 2);
    let faults = (0..count).map(|_| fault(source, &names, 40)).collect();
    document.insert("faults".to_owned(), Value::Array(faults));
}

/// A moment of a run, after its warm-up.
fn moment(source: &mut Source, duration: u64) -> Value {
    let [a, b] = [(); 2].map(|()| source.number(duration * MS / 3, duration * MS - 1));
    match source.number_or(0, 2, &[9]) {
        0 => json!(format!("{a} ns")),
        9 => times(source, 0, 2 * duration * MS),
        _ => json!({"uniform": [format!("{} ns", a.min(b)), format!("{} ns", a.max(b) + 1)]}),
    }
}

fn fault(source: &mut Source, names: &[String], duration: u64) -> Value {
    let kinds = [
        "process_kill",
        "host_loss",
        "site_loss",
        "cut_and_kill",
        "shutdown",
        "restart",
        "partition",
        "disk_stall",
        "stop_io_thread",
        "stop_sql_thread",
    ];
    let kind = source.pick(&kinds);
    let mut fault = Map::new();
    fault.insert("kind".to_owned(), json!(kind));
    fault.insert("at".to_owned(), moment(source, duration));
    let of_replica = matches!(kind, "stop_io_thread" | "stop_sql_thread");
    let of_one = matches!(kind, "host_loss" | "site_loss" | "disk_stall");
    match source.number(0, 7) {
        0 if !of_replica && !of_one => fault.insert("site".to_owned(), json!("site-a")),
        1 if kind == "partition" => fault.insert(
            "link".to_owned(),
            json!(format!("m>{}", names[names.len() - 1])),
        ),
        2 if !of_one => fault.insert("servers".to_owned(), json!("replicas")),
        3..=5 if !of_replica => fault.insert("server".to_owned(), json!("m")),
        _ => {
            let first = usize::from(of_replica).min(names.len() - 1);
            fault.insert("server".to_owned(), json!(source.pick(&names[first..])))
        }
    };
    let lasts = matches!(kind, "partition" | "disk_stall") || (of_replica && source.one_in(2));
    if lasts {
        fault.insert("lasts".to_owned(), times(source, MS, 300 * MS));
    }
    if kind == "partition" {
        perhaps(&mut fault, source, 3, "direction", |source| {
            json!(source.pick(&["both", "out", "in"]))
        });
    }
    if matches!(
        kind,
        "process_kill" | "host_loss" | "site_loss" | "cut_and_kill"
    ) {
        perhaps(&mut fault, source, 2, "returns", |source| {
            match source.number(0, 3) {
                0 => json!("with_disks"),
                1 => json!("never"),
                _ => json!({"after": times(source, MS, 200 * MS)}),
            }
        });
    }
    Value::Object(fault)
}

fn vary(source: &mut Source, names: &[String]) -> Value {
    let mut axes = Map::new();
    for _ in 0..source.number(1, 2) {
        let (axis, values) = match source.number(0, 6) {
            0 => ("mode".to_owned(), json!(MODES)),
            1 => (
                "rtt".to_owned(),
                json!([times(source, 100 * US, 5 * MS), times(source, MS, 30 * MS)]),
            ),
            2 => (
                "sessions".to_owned(),
                json!([source.number(1, 4), source.number(5, 9)]),
            ),
            3 => ("sync_binlog".to_owned(), json!([0, 1])),
            4 => (
                "manager.candidate".to_owned(),
                json!(["received", "executed"]),
            ),
            5 => (
                format!(
                    "servers.{}.variables.sync_relay_log",
                    names[names.len() - 1]
                ),
                json!([1, 0]),
            ),
            _ => ("workload.sessions".to_owned(), json!([2, 3])),
        };
        axes.insert(axis, values);
    }
    Value::Object(axes)
}

fn expect(source: &mut Source) -> Value {
    let metrics = [
        "lost_acknowledged",
        "errant",
        "throughput",
        "failover_time",
        "write_unavailable",
        "lag",
        "exposure.site_loss.lost_acknowledged",
        "commit_latency",
    ];
    let metric = source.pick(&metrics);
    let statistic = match metric {
        "commit_latency" => source.pick(&["mean", "p50", "p99", "max"]),
        "exposure.site_loss.lost_acknowledged" => source.pick(&["mean", "any", "p99", "max"]),
        _ => source.pick(&["mean", "min", "max", "affected"]),
    };
    let bound = match metric {
        _ if matches!(statistic, "affected" | "any") => json!("0 %"),
        "failover_time" | "write_unavailable" | "lag" => json!("0 s"),
        "commit_latency" => json!("0 ms"),
        "throughput" => json!("0 /s"),
        _ => json!(0),
    };
    json!([{"claim": "as it may be", "metric": metric, "statistic": statistic, "at_least": bound}])
}
