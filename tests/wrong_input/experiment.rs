//! What is wrong with what is asked: axes, claims, `--set`.

use crate::{check, right, says, with};
use serde_json::{Value, json};

#[test]
fn an_axis_is_checked_value_by_value() {
    says(
        &with("/vary/rtt", json!("1 ms")),
        &["vary.rtt", "expected a list"],
    );
    says(
        &with("/vary/rtt", json!([])),
        &["vary.rtt", "at least one value"],
    );
    says(
        &with("/vary/rtt", json!(["1 ms", "1 ms"])),
        &["stands twice"],
    );
    says(
        &with("/vary/rtt", json!(["1 ms", 5])),
        &["vary.rtt", "with the value 5", "has no unit"],
    );
    says(
        &with("/vary/rrt", json!(["1 ms"])),
        &["vary.rrt", "did you mean `rtt`?"],
    );
    says(
        &with("/vary/crash", json!(["kill"])),
        &["vary.crash", "unknown value `kill`"],
    );
    says(
        &with("/vary/seed", json!((0..9_999).collect::<Vec<_>>())),
        &["cases: at most 10000"],
    );
}

#[test]
fn a_claim_is_checked_before_anything_runs() {
    let clause = |key: &str, value: Value| with(&format!("/expect/0/{key}"), value);
    says(
        &clause("metric", json!("lost_acknowleged")),
        &["expect[0].metric", "did you mean `lost_acknowledged`?"],
    );
    says(
        &clause("statistic", json!("median")),
        &["expect[0].statistic", "mean, min, max or affected"],
    );
    says(&clause("where", json!({"mod": "x"})), &["varies no `mod`"]);
    says(
        &clause("where", json!({"crash": "sites_loss"})),
        &["never has the value", "did you mean `site_loss`?"],
    );
    says(
        &clause("at_most", json!("zero")),
        &["expect[0].at_most", "expected a number"],
    );
    says(&clause("at_most", Value::Null), &["needs a bound"]);
    let time = json!({"claim": "t", "metric": "failover_time", "statistic": "mean", "at_most": 5});
    says(&with("/expect/0", time), &["5 has no unit"]);
}

#[test]
fn a_wrong_set_is_the_fault_of_the_argument() {
    let set = |path: &str, value: &str| check(&right().to_string(), &[(path, value)]).unwrap_err();
    says(
        &set("network.rt", "5 ms"),
        &["--set network.rt=5 ms", "did you mean `rtt`?"],
    );
    says(&set("netwrok.rtt", "5 ms"), &["did you mean `network`?"]);
    says(&set("network.rtt", "5"), &["has no unit"]);
    says(
        &set("servers.mysql-n.variables.sync_binlog", "0"),
        &["did you mean `mysql-m`?"],
    );
    says(&set("faults.3.at", "1 s"), &["not an entry of a list of 1"]);
    says(&set("", "1"), &["names with dots"]);
    says(&set("runs.x.y", "1"), &["is not inside"]);
}

#[test]
fn a_right_set_is_laid_on_top() {
    for (path, value) in [
        ("network.rtt", "5 ms"),
        ("flavour", "mariadb-10.11"),
        ("flavour", "mysql-5.7"),
        ("servers.mysql-m.variables.sync_binlog", "0"),
        ("servers.mysql-s-2", "null"),
        ("manager", "{\"candidate\": \"executed\"}"),
        ("manager", "null"),
        ("variables.rpl_semi_sync_source_timeout", "500"),
        ("model", "clusters/mariadb-10.11"),
        ("sessions", "64"),
        ("faults.0.returns", "{\"after\": \"20 s\"}"),
    ] {
        let plain = check(&right().to_string(), &[]).unwrap();
        let set = check(&right().to_string(), &[(path, value)]).unwrap();
        assert_ne!(plain.digest, set.digest, "{path}={value}");
    }
}
