//! Every duration that a file may say, from its schema, at 0, 1 ns, ten years and the most that a number can hold.

use crate::{ends, plans};
use replsim::protocol::variables::Name;
use replsim::spec::schema_of;
use serde_json::{Value, json};

/// Steps of a path: keys, `*` for any name, numbers for places in a list.
type Path = Vec<String>;

/// The paths of a schema that lead to a duration, and whether it may be a distribution.
fn durations(schema: &Value) -> Vec<(Path, bool)> {
    let mut found = Vec::new();
    walk(schema, schema, &mut Vec::new(), &mut Vec::new(), &mut found);
    found.sort();
    found.dedup();
    found
}

fn walk(
    schema: &Value,
    node: &Value,
    path: &mut Path,
    inside: &mut Vec<String>,
    found: &mut Vec<(Path, bool)>,
) {
    if let Some(name) = node["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix("#/$defs/"))
    {
        if name == "Duration" || name == "Distribution" {
            found.push((path.clone(), name == "Distribution"));
        } else if !inside.iter().any(|outer| outer == name) {
            inside.push(name.to_owned());
            walk(schema, &schema["$defs"][name], path, inside, found);
            inside.pop();
        }
        return;
    }
    let mut below = |step: &str, node: &Value| {
        path.push(step.to_owned());
        walk(schema, node, path, inside, found);
        path.pop();
    };
    for (key, node) in node["properties"].as_object().into_iter().flatten() {
        below(key, node);
    }
    if node["additionalProperties"].is_object() {
        below("*", &node["additionalProperties"]);
    }
    if node["items"].is_object() {
        below("0", &node["items"]);
    }
    for (at, node) in node["prefixItems"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        below(&at.to_string(), node);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        for node in node[key].as_array().into_iter().flatten() {
            walk(schema, node, path, inside, found);
        }
    }
}

/// Experiments in which every duration matters: crashes and failover, partitions, writes that are disabled, MariaDB.
fn experiments() -> Vec<Value> {
    let base = |more: Value| {
        let mut base = json!({
            "model": ["clusters/mysql-8.0"],
            "overrides": {
                "clients": {"timeout": "40 ms", "retry": true, "reconnect": "1 ms"},
                "manager": {"detect_clean": "5 ms", "detect_silent": "5 ms", "promote": "5 ms", "repoint": "5 ms"},
                "costs": {"read": "1 us", "client": "1 us", "proxy": "1 us", "switch": "1 us", "fsync": "1 us", "journal": "1 us"},
                "disk": {"cold": [["0 s", "1 us"]]}, "restart": "20 ms", "connect": "1 ms",
                "links": {"mysql-m>mysql-s-1": {"rtt": "1 ms", "loss": "1 %", "proxy": "host-m"}}
            },
            "workload": {"sessions": 4, "transaction": {"rows": 2}, "readers": {"count": 1, "every": "5 ms"}},
            "warm_up": "20 ms", "duration": "200 ms", "runs": 1
        });
        merge(&mut base, &more);
        base
    };
    vec![
        base(json!({
            "overrides": {"mode": "after_sync"},
            "faults": [
                {"kind": "process_kill", "server": "mysql-m", "at": "80 ms", "returns": {"after": "30 ms"}},
                {"kind": "disk_stall", "server": "mysql-s-1", "at": "60 ms", "lasts": "20 ms"}
            ]
        })),
        base(json!({
            "overrides": {"mode": "async", "manager": {"fencing": "itself", "fence_after": "10 ms", "rejoin": "as_it_is"}},
            "faults": [
                {"kind": "partition", "server": "mysql-m", "at": "60 ms", "lasts": "60 ms"},
                {"kind": "restart", "server": "mysql-s-2", "at": "40 ms"}
            ]
        })),
        base(json!({
            "overrides": {"mode": "after_commit", "no_replica": "disable_writes", "guard": {"detect": "5 ms", "return": "staged", "limit": "1 kB", "set_read_only": "at_once"}},
            "workload": {"think_time": "1 ms"},
            "faults": [
                {"kind": "stop_io_thread", "servers": "replicas", "at": "60 ms", "lasts": "40 ms"},
                {"kind": "host_loss", "server": "mysql-m", "at": "150 ms"}
            ]
        })),
    ]
}

fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

/// Puts a value at a path, making what is not there; `*` is the first name that is there.
fn put(document: &mut Value, path: &[String], value: &Value) {
    let Some((step, rest)) = path.split_first() else {
        return *document = value.clone();
    };
    if let Ok(at) = step.parse::<usize>() {
        if !document.is_array() {
            *document = json!([]);
        }
        let list = document.as_array_mut().unwrap();
        while list.len() <= at {
            list.push(json!("0 s"));
        }
        return put(&mut list[at], rest, value);
    }
    if !document.is_object() {
        *document = json!({});
    }
    let map = document.as_object_mut().unwrap();
    let key = match step.as_str() {
        "*" => map
            .keys()
            .next()
            .cloned()
            .unwrap_or_else(|| "host-m".to_owned()),
        key => key.to_owned(),
    };
    put(map.entry(key).or_insert(Value::Null), rest, value);
}

/// What stands in the way of `path` where only one of two may be said, or where two things belong together.
fn beside(document: &mut Value, path: &[String]) {
    match path
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        // A pair of idle time and extra time.
        [.., "wake_up" | "cold", "0", _] => {
            put(document, &path[..path.len() - 1], &json!(["0 s", "1 us"]));
        }
        // Both parts of a cost.
        ["overrides", "costs", _, "each"] => {
            let fixed = [&path[..path.len() - 1], &["fixed".to_owned()]].concat();
            put(document, &fixed, &json!("1 us"));
        }
        ["faults", "0", "returns", "after"] => {
            document["faults"][0] =
                json!({"kind": "process_kill", "server": "mysql-m", "at": "60 ms"});
        }
        ["duration"] => {
            document["warm_up"] = json!("0 s");
            document["faults"] = json!([]);
        }
        ["faults", "0", "lasts"] => {
            document["faults"][0] =
                json!({"kind": "disk_stall", "server": "mysql-s-1", "at": "60 ms"});
        }
        _ => {}
    }
}

/// Durations, and distributions with this duration in them.
fn values(is_distribution: bool) -> Vec<Value> {
    let mut values = Vec::new();
    for ns in [
        "0 s",
        "1 ns",
        "87600 h",
        "87840 h",
        "18446744073709551615 ns",
    ] {
        values.push(json!(ns));
        if is_distribution {
            values.push(json!({"median": "1 ns", "p99": ns}));
            values.push(json!({"exponential": ns}));
            values.push(json!({"uniform": ["0 s", ns]}));
            values.push(json!({"quantiles": [[0.0, "0 s"], [0.5, "1 ms"], [1.0, ns]]}));
        }
    }
    values
}

#[test]
fn every_duration_of_an_experiment_either_works_or_is_refused_with_its_place() {
    let paths = durations(&schema_of("experiment").unwrap());
    assert!(
        paths.len() > 70,
        "{} durations: is the walk right?",
        paths.len()
    );
    let (mut worked, mut refused) = (0, 0);
    for experiment in experiments() {
        assert!(plans(&experiment).is_ok(), "{:?}", plans(&experiment).err());
        for (path, is_distribution) in &paths {
            for value in values(*is_distribution) {
                let mut changed = experiment.clone();
                beside(&mut changed, path);
                put(&mut changed, path, &value);
                let at = format!("{} = {value}", path.join("."));
                match plans(&changed) {
                    Ok(plans) => {
                        worked += 1;
                        assert!(ends(&plans[0]), "{at} does not end");
                    }
                    Err(error) => {
                        refused += 1;
                        // The name itself, or the object around it where an object is read as one.
                        let names = path
                            .iter()
                            .rev()
                            .filter(|step| step.parse::<usize>().is_err());
                        let mut names = names.filter(|step| *step != "*").take(2);
                        assert!(
                            names.any(|name| error.contains(name.as_str())),
                            "{at}: {error}"
                        );
                    }
                }
            }
        }
    }
    assert!(worked > refused, "{worked} worked, {refused} refused");
}

#[test]
fn every_server_variable_at_its_ends_either_works_or_is_refused_with_its_name() {
    let ends_of = [
        "0",
        "1",
        "0.000000001",
        "4294967",
        "4294967295",
        "18446744073709551615",
        "ON",
        "OFF",
    ];
    for flavour in ["mysql-8.0", "mariadb-10.11"] {
        for name in Name::ALL.iter().map(|name| name.server_name()) {
            for value in ends_of {
                let mut experiment = experiments().remove(0);
                experiment["model"] = json!([format!("clusters/{flavour}")]);
                experiment["overrides"]["variables"] = json!({name: value});
                match plans(&experiment) {
                    Ok(plans) => assert!(ends(&plans[0]), "{name} = {value} does not end"),
                    Err(error) => {
                        let named = error.to_lowercase().contains(name);
                        assert!(named, "{name} = {value}: {error}")
                    }
                }
            }
        }
    }
}
