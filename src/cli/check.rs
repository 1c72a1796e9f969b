//! `replsim check`: every order of events, within bounds.

use super::progress::Progress;
use super::{End, folder, out::say, print, replay};
use crate::explore::check::{Checked, Verdict, check as search};
use crate::explore::narrative::{Line, Words, tell};
use crate::explore::settings::{self, Choice};
use crate::explore::truth::truth_table;
use crate::plan::{self, Case, Plan};
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_rules::Acks;
use crate::report::check_tables;
use crate::report::checked::{self, CaseChecked};
use crate::report::names::Names;
use crate::run::bounds;
use crate::spec::check::{Check, Victims};
use crate::spec::library::{self, Shelf};
use crate::spec::model::KEYS as MODEL;
use crate::spec::{self, Loaded, limits};
use clap::ValueEnum;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An experiment or a model: a path, or a bare name
    #[arg(required_unless_present = "table")]
    experiment: Option<String>,
    /// Print a table instead: the truth table, or the settings table (some minutes), as Markdown
    #[arg(long, value_enum, conflicts_with_all = ["experiment", "set", "out", "format"])]
    table: Option<Table>,
    /// The flavour of the servers in that table: family and version
    #[arg(long, default_value_t = Flavour::DEFAULT, requires = "table")]
    flavour: Flavour,
    /// Set a value in the merged description
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Number of sessions that submit transactions
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=4))]
    sessions: Option<u16>,
    /// Number of transactions that they submit together
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=8))]
    transactions: Option<u8>,
    /// Number of crashes
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    crashes: Option<u8>,
    /// Any server may crash, not only those of the experiment's faults
    #[arg(long)]
    any_server: bool,
    /// Number of restarts of crashed servers
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    restarts: Option<u8>,
    /// Number of semi-sync waits that time out
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    time_outs: Option<u8>,
    /// How often the manager may decide that the master is dead
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    failovers: Option<u8>,
    /// How often an operating system writes its page cache back
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    write_backs: Option<u8>,
    /// How often a thread of a replica is stopped; each may be started again at any moment
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    stops: Option<u8>,
    /// Number of replication connections that break
    #[arg(long, value_parser = clap::value_parser!(u8).range(..=4))]
    disconnects: Option<u8>,
    /// Give up after this many states
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::STATES)))]
    most_states: Option<u32>,
    /// Look for moments at which each counterexample happens in timed simulation, and write it as an experiment
    #[arg(long)]
    replay: bool,
    /// Number of threads, one case each; changes how long it takes, never what it prints
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Where the files go (out/check-EXPERIMENT/ by default)
    #[arg(long)]
    out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print no progress and no hints
    #[arg(long)]
    quiet: bool,
}

/// A table that needs no experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A crash at each point of the commit pipeline, in each mode
    Truth,
    /// What holds under one crash and under two, for each choice of settings
    Settings,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Verdicts and counterexamples, for people
    Text,
    /// The document
    Json,
}

/// Exit status of a check that was not decided within its bounds.
const UNDECIDED: u8 = 3;

/// Searches every case.
pub fn check(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let Some(experiment) = &arguments.experiment else {
        let text = pool(arguments, usize::MAX)?.install(|| table(arguments));
        print(&text)?;
        return Ok(End::Done);
    };
    let sets = super::run::sets(&arguments.set)?;
    let loaded = load(experiment, &sets)?;
    let cases = plan::cases(&loaded)?;
    let plans = cases
        .iter()
        .map(plan::compile)
        .collect::<Result<Vec<Plan>, _>>()?;
    let said = said(
        arguments,
        loaded.experiment.check.clone().unwrap_or_default(),
    );
    let servers = plans
        .iter()
        .map(|plan| plan.servers.len())
        .max()
        .unwrap_or(0);
    let usual = limits::usual_states(servers);
    let most = said.most_states.unwrap_or(usual);
    let together = limits::SEARCHES / limits::memory_of_states(most, servers);
    let pool = pool(arguments, together as usize)?;
    let folder = folder(
        arguments.out.as_deref(),
        &format!("check-{}", loaded.name.replace('/', "-")),
    )?;
    let progress = Progress::new("cases", plans.len() as u64, 0, arguments.quiet);
    let each = format!("at most {most} states each");
    progress.bar.set_message(each);
    let mut found: Vec<CaseChecked> = pool.install(|| {
        let both = cases.par_iter().zip(&plans);
        both.map(|(case, plan)| {
            let found = case_checked(case, plan, &said, arguments.replay);
            progress.bar.inc(1);
            found
        })
        .collect()
    });
    drop(progress);
    name_files(&mut found);
    let title = match loaded.experiment.title.as_str() {
        "" => loaded.name.clone(),
        title => title.to_owned(),
    };
    let (text, document) = (checked::text(&title, &found), checked::json(&found));
    let mut files = vec![
        ("check.txt".to_owned(), text.clone()),
        ("check.json".to_owned(), document.clone()),
    ];
    files.extend(found.iter().flat_map(diagrams));
    let written = folder.write(&files);
    print(match arguments.format {
        Format::Text => &text,
        Format::Json => &document,
    })?;
    written?;
    if !arguments.quiet {
        let charts = files.iter().filter(|(name, _)| name.ends_with(".svg"));
        say(format_args!(
            "{} space-time diagrams, and the document: {}",
            charts.count(),
            folder.path().display()
        ));
    }
    Ok(ended(&found))
}

/// Threads, not more than searches fit into memory.
fn pool(arguments: &Arguments, most: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    let wanted = arguments.jobs.map_or(0, |jobs| jobs as usize);
    let wanted = match wanted {
        0 => rayon::current_num_threads(),
        wanted => wanted,
    };
    let threads = wanted.min(most).max(1);
    ThreadPoolBuilder::new().num_threads(threads).build()
}

/// The truth table or the settings table.
fn table(arguments: &Arguments) -> String {
    let flavour = arguments.flavour;
    let name = &flavour.title();
    if arguments.table == Some(Table::Truth) {
        return check_tables::truth(name, &truth_table(flavour));
    }
    let exists = |choice: &Choice| choice.count == 1 || flavour.rules().acks == Acks::AsConfigured;
    let choices: Vec<Choice> = settings::choices().into_iter().filter(exists).collect();
    let progress = Progress::new("settings", choices.len() as u64, 0, arguments.quiet);
    let rows: Vec<_> = choices
        .into_par_iter()
        .map(|choice| {
            let judged = [1, 2].map(|crashes| settings::judge(flavour, choice, crashes));
            progress.bar.inc(1);
            (choice, judged[0], judged[1])
        })
        .collect();
    drop(progress);
    check_tables::settings(name, &rows)
}

/// An experiment by name or path, or a model that stands alone.
fn load(name: &str, sets: &[(String, String)]) -> Result<Loaded, spec::Error> {
    let is_model = library::names(Shelf::Models)
        .iter()
        .any(|model| model == name);
    if is_model {
        return spec::load_text(name, name, &json!({"model": [name]}).to_string(), sets);
    }
    let found = library::find(Shelf::Experiments, name)?;
    let alone = |key: &String| MODEL.contains(&key.as_str()) || key == "note" || key == "$schema";
    let parsed = spec::parse(&found.file, &found.text)?;
    let text = match parsed.as_object() {
        Some(map) if map.keys().all(alone) => json!({"model": map}).to_string(),
        Some(_) | None => found.text,
    };
    spec::load_text(&found.name, &found.file, &text, sets)
}

/// The experiment's bounds, and what the options say instead.
fn said(arguments: &Arguments, of_experiment: Check) -> Check {
    Check {
        sessions: arguments.sessions.or(of_experiment.sessions),
        transactions: arguments.transactions.or(of_experiment.transactions),
        crashes: arguments.crashes.or(of_experiment.crashes),
        victims: match arguments.any_server {
            true => Some(Victims::Any),
            false => of_experiment.victims,
        },
        restarts: arguments.restarts.or(of_experiment.restarts),
        time_outs: arguments.time_outs.or(of_experiment.time_outs),
        failovers: arguments.failovers.or(of_experiment.failovers),
        write_backs: arguments.write_backs.or(of_experiment.write_backs),
        stops: arguments.stops.or(of_experiment.stops),
        disconnects: arguments.disconnects.or(of_experiment.disconnects),
        most_states: arguments.most_states.or(of_experiment.most_states),
    }
}

fn case_checked(case: &Case, plan: &Plan, said: &Check, wants_replay: bool) -> CaseChecked {
    let (bounds, cuts) = bounds::bounds(plan, said);
    let names: Vec<String> = plan.servers.iter().map(|at| at.name.clone()).collect();
    let words = Words {
        names: &names,
        cuts: &cuts,
    };
    let checked: Checked = search(&plan.cluster, &bounds);
    let told: Vec<Option<Vec<Line>>> = checked
        .findings
        .iter()
        .map(|finding| {
            let way = finding.way.as_ref()?;
            Some(tell(&plan.cluster, &bounds, &words, way))
        })
        .collect();
    let mut replays = Vec::new();
    for finding in checked.findings.iter().filter(|_| wants_replay) {
        if let (Verdict::Fails, Some(way)) = (finding.verdict, &finding.way)
            && let Some(text) = replay::replay(case, plan, &bounds, way, finding.property)
        {
            replays.push((finding.property, text));
        }
    }
    CaseChecked {
        axes: case.axes.clone(),
        bounds: bounds.said(&plan.cluster, &names),
        checked,
        told,
        names,
        stems: Vec::new(),
        replays,
        wants_replay,
    }
}

/// A diagram per counterexample, and the experiments that replay them.
fn diagrams(case: &CaseChecked) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (finding, told) in case.checked.findings.iter().zip(&case.told) {
        let (Verdict::Fails, Some(told)) = (finding.verdict, told) else {
            continue;
        };
        let under = match case.label() {
            label if label.is_empty() => String::new(),
            label => format!(" under {label}"),
        };
        let title = format!("Counterexample{under}: {}", finding.property.name());
        let diagram = checked::diagram(&title, case, told);
        let stem = case.stem(finding.property);
        files.push((format!("{stem}.svg"), diagram.svg()));
        files.push((format!("{stem}.txt"), diagram.text()));
    }
    let replays = case.replays.iter();
    files.extend(replays.map(|(property, text)| (case.replay_file(*property), text.clone())));
    files
}

/// The case and the property as the name of a file, for each.
fn name_files(found: &mut [CaseChecked]) {
    let mut names = Names::default();
    for case in found {
        let label = case.label();
        for finding in &case.checked.findings {
            let property = finding.property.name();
            let values = case.axes.iter().map(|axis| axis.1.as_str());
            let parts: Vec<&str> = values.chain([property]).collect();
            let plain = |c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_';
            let text = parts.join("-").replace(plain, "-");
            case.stems
                .push(names.give(&text, &format!("{label}: {property}")));
        }
    }
}

fn ended(found: &[CaseChecked]) -> End {
    let verdicts = found.iter().flat_map(|case| &case.checked.findings);
    let mut ended = End::Done;
    for finding in verdicts {
        match finding.verdict {
            Verdict::Holds => {}
            Verdict::Fails => return End::DidNotHold,
            Verdict::Undecided => ended = End::Undecided(UNDECIDED),
        }
    }
    ended
}
