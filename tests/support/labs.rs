//! Typing at the servers of a lab, for tests.

use replsim::engine::Moment;
use replsim::lesson::lab::identity::Identity;
use replsim::lesson::lab::{Lab, Reply};
use replsim::lesson::setup::{EPOCH, plan_of};
use replsim::plan::Plan;
use replsim::protocol::ids::Span;
use replsim::spec::script::model_as_experiment;
use serde_json::{Map, json};

/// One second, ns.
pub const SECOND: u64 = 1_000_000_000;

/// A master `m` and replicas with these names, each on a host of its own, all in one site.
pub fn cluster(flavour: &str, mode: &str, gtid: bool, replicas: &[&str]) -> Plan {
    let positioning = if gtid { "gtid" } else { "file_and_position" };
    let mut variables = json!({"log_slave_updates": "ON", "master_connect_retry": 1});
    if gtid && flavour.starts_with("mysql") {
        variables["gtid_mode"] = json!("ON");
    }
    let mut servers = json!({"m": {"host": "a"}});
    let mut hosts = json!({"a": {"site": "x"}});
    for (name, host) in replicas.iter().zip(["b", "c", "d"]) {
        servers[name] = json!({"host": host, "replicates_from": "m"});
        hosts[host] = json!({"site": "x"});
    }
    let model = json!({
        "flavour": flavour, "positioning": positioning, "mode": mode, "variables": variables,
        "servers": servers, "hosts": hosts,
    });
    let loaded = model_as_experiment("test", "test", "test", &model, &Map::new(), &[]);
    plan_of(&loaded.expect("a model")).expect("a plan")
}

/// A lab; each line stands in the my.cnf of every server.
pub fn lab<'a>(plan: &'a Plan, my_cnf: &[(&str, &str)]) -> Lab<'a> {
    let mut identities = Identity::all(plan);
    for identity in &mut identities {
        identity.relay_log = "mysql-relay-bin".to_owned();
        for (name, value) in my_cnf {
            identity
                .line(plan.cluster.flavour(), name, value)
                .expect("a line of my.cnf");
        }
    }
    let mut lab = Lab::new(plan, identities, EPOCH, 7);
    lab.read_all_my_cnf();
    lab.run_until(Moment::after(Span(SECOND)));
    lab
}

/// Types a statement and gives its answer, if it comes within an hour.
pub fn on(lab: &mut Lab, server: &str, line: &str) -> String {
    let id = lab.server(server).expect("a server");
    match lab.type_statement(id, line).expect("a statement") {
        Reply::Answer(answer) => answer,
        Reply::Waits(session) => {
            lab.run_until_answer(session, lab.now() + Span(3_600 * SECOND));
            lab.answer_of(session).unwrap_or_default()
        }
    }
}

/// Time passes.
pub fn pass(lab: &mut Lab, span: u64) {
    lab.run_until(lab.now() + Span(span));
}

/// The value of a field of SHOW ... \G.
pub fn field(text: &str, name: &str) -> String {
    let wanted = format!("{name}:");
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with(&wanted));
    let line = line.unwrap_or_else(|| panic!("{name} in {text}"));
    line.split_once(':').expect("a field").1.trim().to_owned()
}
