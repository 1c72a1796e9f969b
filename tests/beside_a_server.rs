//! The lab beside a real server: the same random afternoons of statements, and no difference that is not known.
//!
//!     REPLSIM_MYSQLD=DIR cargo test --locked --test beside_a_server -- --nocapture
//!
//! DIR is a folder into which a package of MySQL or MariaDB was unpacked (`/`: the system's own). AFTERNOONS says how many,
//! PROPTEST_RNG_SEED which; without REPLSIM_MYSQLD nothing is compared.
#![cfg(unix)]

#[path = "support/beside/mod.rs"]
mod beside;
#[allow(dead_code)]
#[path = "support/labs.rs"]
mod labs;
#[path = "support/plain.rs"]
mod plain_texts;
#[path = "support/seeds.rs"]
mod seeds;

use beside::afternoon::{Author, Step};
use beside::answer::Answer;
use beside::cluster::{Cluster, SERVERS};
use beside::compare::{Difference, compare, exception};
use beside::server::{Family, Installation};
use beside::simulated::{self, Simulated};
use replsim::plan::Plan;
use std::collections::BTreeMap;
use std::path::Path;

/// A number from the environment.
fn number(name: &str, otherwise: u64) -> u64 {
    let said = std::env::var(name);
    said.map_or(otherwise, |said| said.parse().expect(name))
}

/// How an afternoon went.
#[derive(Default)]
struct Went {
    statements: usize,
    values: usize,
    refused: Vec<(String, String)>,
    known: Vec<Difference>,
    /// Differences that are not known, each with its step.
    differ: Vec<(usize, Difference)>,
    /// What was typed and answered.
    said: Vec<String>,
}

/// A statement as one side takes it: `{source}` is the master's address, `{id:0:2}` the Id of a session.
fn spelled(sql: &str, source: &str, mut id: impl FnMut(usize, u16) -> u32) -> String {
    let mut sql = sql.replace("{source}", source);
    while let Some(from) = sql.find("{id:") {
        let to = from + sql[from..].find('}').expect("an end");
        let parts: Vec<&str> = sql[from + 4..to].split(':').collect();
        let number = id(
            parts[0].parse().expect("a server"),
            parts[1].parse().expect("a session"),
        );
        sql.replace_range(from..=to, &number.to_string());
    }
    sql
}

fn host_and_port(family: Family, host: &str, port: u16) -> String {
    match family {
        Family::Mysql => format!("SOURCE_HOST='{host}', SOURCE_PORT={port}"),
        Family::Mariadb => format!("MASTER_HOST='{host}', MASTER_PORT={port}"),
    }
}

/// Plays an afternoon on both sides.
fn plays(plan: &Plan, cluster: &mut Cluster, steps: &[Step]) -> Went {
    cluster.forgets();
    let my_cnf: &[(&str, &str)] = match cluster.family {
        Family::Mysql => &[("gtid_mode", "ON"), ("enforce_gtid_consistency", "ON")],
        Family::Mariadb => &[],
    };
    let mut lab = Simulated::new(labs::lab(plan, my_cnf));
    let mut went = Went::default();
    for (at, step) in steps.iter().enumerate() {
        let differ = match step {
            Step::Restarts(server) => {
                lab.restarts(*server);
                cluster.restarts(*server);
                went.said.push(format!("{}> (restarts)", SERVERS[*server]));
                Vec::new()
            }
            Step::Types(server, terminal, sql) => {
                if lab.waits(*server, *terminal) || cluster.waits(*server, *terminal) {
                    continue;
                }
                types(&mut lab, cluster, (*server, *terminal), sql, &mut went)
            }
        };
        lab.settles();
        cluster.settles();
        let mut differ = differ;
        differ.extend(late(&mut lab, cluster, &mut went));
        let is_known = |difference: &Difference| exception(difference).is_some();
        let (known, new): (Vec<_>, Vec<_>) = differ.into_iter().partition(is_known);
        went.known.extend(known);
        went.differ
            .extend(new.into_iter().map(|difference| (at, difference)));
    }
    went
}

/// Types a statement on both sides and compares.
fn types(
    lab: &mut Simulated,
    cluster: &mut Cluster,
    (server, terminal): (usize, u16),
    sql: &str,
    went: &mut Went,
) -> Vec<Difference> {
    let family = cluster.family;
    let theirs = host_and_port(family, "127.0.0.1", cluster.port(0));
    let ours = spelled(sql, &host_and_port(family, "m", 3306), |server, session| {
        lab.id_of(server, session)
    });
    let answer = lab.types(server, terminal, &ours);
    if let Answer::Refused(problem) = &answer {
        went.refused.push((sql.to_owned(), problem.clone()));
        went.said.push(format!(
            "{} {terminal}> {sql}\n    refused: {problem}",
            SERVERS[server]
        ));
        return Vec::new();
    }
    let typed = spelled(sql, &theirs, |server, session| {
        cluster.id_of(server, session)
    });
    let real = cluster.types(server, terminal, &typed, &answer);
    let real = located(cluster, real);
    went.statements += 1;
    let (values, differ) = compare(sql, &answer, &real);
    went.values += values;
    let shown: Vec<String> = real
        .values()
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    went.said.push(format!(
        "{} {terminal}> {sql}\n    {}",
        SERVERS[server],
        shown.join("\n    ")
    ));
    differ
}

/// Answers that came late, on both sides.
fn late(lab: &mut Simulated, cluster: &mut Cluster, went: &mut Went) -> Vec<Difference> {
    let mut differ = Vec::new();
    for (server, name) in SERVERS.iter().enumerate() {
        for terminal in 1..=3 {
            if !lab.waits(server, terminal) && !cluster.waits(server, terminal) {
                continue;
            }
            let ours = lab.late(server, terminal);
            let theirs = cluster.late(server, terminal, ours.is_some());
            if ours.is_none() && theirs.is_none() {
                continue;
            }
            let hangs = |answer: Option<Answer>| answer.unwrap_or(Answer::Hangs);
            let theirs = located(cluster, hangs(theirs));
            let (values, new) = compare("(late answer)", &hangs(ours), &theirs);
            went.values += values;
            went.said
                .push(format!("{name} {terminal}: late: {theirs:?}"));
            differ.extend(new);
        }
    }
    differ
}

/// A real answer as if the servers had the lab's names and ports.
fn located(cluster: &Cluster, answer: Answer) -> Answer {
    let located = |text: String| {
        let mut text = text;
        for (server, name) in SERVERS.iter().enumerate() {
            let port = cluster.port(server).to_string();
            text = text.replace(&format!("127.0.0.1:{port}"), &format!("{name}:3306"));
            if text == port {
                text = "3306".to_owned();
            }
        }
        text = text.replace(&cluster.version, &cluster.plain_version);
        if text == "127.0.0.1" {
            "m".to_owned()
        } else {
            text
        }
    };
    match answer {
        Answer::Rows(columns, mut rows, warnings) => {
            // Where a list names replicas by their addresses, the lab has their names.
            let at = |name: &str| columns.iter().position(|column| column == name);
            if let (Some(host), Some(id)) = (at("Host"), at("Server_id")) {
                for row in rows.iter_mut().filter(|row| row[host] == "127.0.0.1") {
                    let number: usize = row[id].parse().unwrap_or(1);
                    row[host] = SERVERS[number - 1].to_owned();
                }
            }
            let rows = rows
                .into_iter()
                .map(|row| row.into_iter().map(located).collect());
            Answer::Rows(columns, rows.collect(), warnings)
        }
        Answer::Error(text) => Answer::Error(located(text)),
        Answer::Ok(_) | Answer::Lost | Answer::Hangs | Answer::Refused(_) => answer,
    }
}

/// The steps of a file.
fn written(file: &str) -> Vec<Step> {
    let text = std::fs::read_to_string(file).expect(file);
    let step = |line: &str| {
        let (who, what) = line.split_once("> ")?;
        let (name, terminal) = who.split_once(' ').unwrap_or((who, "1"));
        let server = SERVERS.iter().position(|known| *known == name)?;
        Some(match what {
            "(restarts)" => Step::Restarts(server),
            sql => Step::Types(server, terminal.parse().ok()?, sql.to_owned()),
        })
    };
    text.lines().filter_map(step).collect()
}

/// Drops steps while the same kind of difference remains.
fn shrinks(plan: &Plan, cluster: &mut Cluster, steps: &[Step], at: usize, kind: &str) -> Vec<Step> {
    let mut kept = steps[..=at].to_vec();
    let mut tried = kept.len().saturating_sub(1);
    while tried > 0 {
        tried -= 1;
        let mut fewer = kept.clone();
        fewer.remove(tried);
        let went = plays(plan, cluster, &fewer);
        let same = went
            .differ
            .iter()
            .any(|(_, difference)| difference.kind == kind);
        if same {
            kept = fewer;
        }
    }
    kept
}

#[test]
fn the_lab_answers_random_afternoons_as_a_real_server_does() {
    let Some(folder) = std::env::var_os("REPLSIM_MYSQLD") else {
        println!("skipped: REPLSIM_MYSQLD names no folder with a MySQL or MariaDB server");
        return;
    };
    let installation = Installation::in_folder(Path::new(&folder));
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut cluster = Cluster::new(&installation, temporary.path());
    let version = cluster.version.clone();
    let mut numbers = version.split('.');
    let (major, minor) = (
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    let family = match cluster.family {
        Family::Mysql => "mysql",
        Family::Mariadb => "mariadb",
    };
    let flavour = format!("{family}-{major}.{minor}");
    println!("{version}: {flavour}");
    let plan = simulated::plan(&flavour);
    let (first, count) = (seeds::seed(), number("AFTERNOONS", 20));
    // One that somebody wrote down, a line for each statement: `m 1> SHOW DATABASES`, `r1> (restarts)`.
    let given = std::env::var("AFTERNOON").ok().map(|file| written(&file));
    let mut shrinking = number("SHRINK", 3);
    let (mut statements, mut values) = (0, 0);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut differ: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for seed in first..first + count {
        let steps = given
            .clone()
            .unwrap_or_else(|| Author::afternoon(cluster.family, seed));
        let went = plays(&plan, &mut cluster, &steps);
        statements += went.statements;
        values += went.values;
        for (sql, problem) in went.refused {
            *refused.entry(format!("{problem} | {sql}")).or_default() += 1;
        }
        for difference in went.known {
            *known.entry(difference.kind).or_default() += 1;
        }
        // All of it where there is one, or something new in it.
        if count == 1
            || (shrinking > 0
                && went
                    .differ
                    .iter()
                    .any(|(_, one)| !differ.contains_key(&one.kind)))
        {
            for line in &went.said {
                println!("| {}", line.replace('\n', "\n| "));
            }
        }
        for (at, difference) in went.differ {
            let of_kind = differ.entry(difference.kind.clone()).or_default();
            if of_kind.last() == Some(&seed) {
                continue;
            }
            of_kind.push(seed);
            if of_kind.len() > 2 {
                continue;
            }
            println!("--- seed {seed}: {}", difference.kind);
            println!("  step {at}: {:?}", steps[at]);
            println!("  lab:  {}\n  real: {}", difference.lab, difference.real);
            if of_kind.len() == 1 && shrinking > 0 {
                shrinking -= 1;
                println!("the shortest that still differs:");
                for step in shrinks(&plan, &mut cluster, &steps, at, &difference.kind) {
                    println!("  {step:?}");
                }
            }
        }
    }
    println!(
        "{version}: {count} afternoons from seed {first}, {statements} statements, {values} values compared"
    );
    for (what, times) in &refused {
        println!("  refused {times} times: {what}");
    }
    for (kind, times) in &known {
        println!("  known to differ {times} times: {kind}");
    }
    let mut differ: Vec<_> = differ.into_iter().collect();
    differ.sort_by_key(|(_, seeds)| std::cmp::Reverse(seeds.len()));
    for (kind, seeds) in &differ {
        println!(
            "  differs in {} afternoons: {kind} (seeds {seeds:?})",
            seeds.len()
        );
    }
    assert!(differ.is_empty(), "{} kinds of differences", differ.len());
    let exceptions: usize = known.values().sum();
    assert!(
        exceptions * 50 <= values,
        "{exceptions} of {values} values are known to differ"
    );
}
