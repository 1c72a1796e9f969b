//! `replsim explain`: why a transaction of one run was lost, and where the time of a slow commit went.

use super::progress::Progress;
use super::unsound::Unsound;
use super::{End, folder, out::say, print};
use crate::estimate::load::LoadBuilder;
use crate::observe::words::{Words, span, time};
use crate::observe::{explain, life, path, story};
use crate::phrasebook::Phrases;
use crate::plan::{self, Case, Plan};
use crate::report::explained;
use crate::run;
use crate::run::Progress as _;
use crate::spec::{self, limits};
use std::error::Error;
use std::path::PathBuf;

/// So many of what is busy are shown.
const BUSIEST: usize = 8;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A path, or the bare name of a file in experiments/
    experiment: String,
    /// The case, as in --case mode=async,rtt="5 ms" (the first that fits)
    #[arg(long, value_name = "AXIS=VALUE,...")]
    case: Option<String>,
    /// The number of the run
    #[arg(long, default_value_t = 0)]
    run: u64,
    /// The transaction, as in mysql-m:4711 (the first that was lost, or else the slowest)
    #[arg(long)]
    transaction: Option<String>,
    /// The slowest commit, and what is busy: where the time goes
    #[arg(long, conflicts_with = "transaction")]
    slow: bool,
    /// Seed of all randomness (the experiment's own by default)
    #[arg(long)]
    seed: Option<u64>,
    /// Set a value in the merged description
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Where the files go (out/explain-EXPERIMENT/ by default)
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print no hints
    #[arg(long)]
    quiet: bool,
    /// Check the laws of the run first
    #[arg(long)]
    self_check: bool,
}

/// Tells one run and explains one transaction of it.
pub fn explain(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = super::run::sets(&arguments.set)?;
    let loaded = spec::load(&arguments.experiment, &sets)?;
    let cases = plan::cases(&loaded)?;
    let case = pick(&cases, arguments.case.as_deref())?;
    let mut plan: Plan = case.compile()?;
    plan.self_check = arguments.self_check;
    let seed = arguments.seed.unwrap_or(loaded.experiment.seed);
    if plan.self_check
        && let Some(broken) = run::run_one(&plan, seed, arguments.run).broken
    {
        let (name, sets) = (&arguments.experiment, &arguments.set);
        return Err(Unsound::new(broken, name, &case.label(), sets).into());
    }
    let folder = folder(
        arguments.out.as_deref(),
        &format!("explain-{}", loaded.name),
    )?;
    let progress = Progress::new("runs", 1, plan.duration.0, arguments.quiet);
    let told = story::tell(&plan, (seed, arguments.run), limits::EVENTS, &|ns| {
        progress.simulated(ns)
    });
    drop(progress);
    let story = told.map_err(|many| {
        let problem = format!(
            "{many}, which is all that is kept: ask for a shorter `duration` (docs/limits.md)"
        );
        spec::Error::whole(&loaded.file, problem)
    })?;
    let words = Words { plan: &plan };
    let wanted = match &arguments.transaction {
        None if arguments.slow => None,
        None => life::first_loss(&story),
        Some(name) => {
            let found = path::named(&words, &story, name);
            Some(found.ok_or_else(|| {
                let problem =
                    format!("no transaction `{name}` in this run, expected as in mysql-m:1");
                spec::Error::whole("--transaction", problem)
            })?)
        }
    };
    let label = case.label();
    let heading = format!(
        "{}{}run {} with seed {seed}",
        loaded.name,
        if label.is_empty() {
            ", ".to_owned()
        } else {
            format!(", {label}, ")
        },
        arguments.run
    );
    let mut text = format!("{heading}\n");
    let counts = [
        (story.lost.len(), "acknowledged, then lost"),
        (story.vanished.len(), "visible, then lost"),
        (story.errant.len(), "errant on an old master"),
    ];
    for (count, what) in counts {
        text += &format!("{count:>6} {what}\n");
    }
    let mut files = Vec::new();
    if let Some(life) = wanted.and_then(|gtid| life::life(&story, gtid)) {
        let (sentences, graph) = explain::explain(&plan, &story, &life);
        let name = words.gtid(life.gtid);
        let title = format!("{name}: {}", life::fate(&story, life.gtid).name());
        let diagram = explained::diagram(&format!("{title} ({heading})"), &words, &life);
        text += &format!("\n{title}\n\n");
        for sentence in &sentences {
            text += &format!("{sentence}\n");
        }
        text += &format!("\n{}", diagram.text());
        files.push(("explain.svg".to_owned(), diagram.svg()));
        files.push(("explain.dot".to_owned(), graph.dot()));
    }
    // A loss is explained by what did not arrive; a commit that is there, by where its time went.
    let timed = match wanted {
        Some(gtid) => path::of(&story, gtid),
        None => path::slowest(&story),
    };
    if let Some((session, start, end, gtid)) = timed {
        let which = if wanted.is_none() {
            "The slowest commit, "
        } else {
            ""
        };
        text += &format!(
            "\n{which}{}: where the {} went, from {} on\n\n",
            words.gtid(gtid),
            span(end - start),
            time(start)
        );
        for stretch in path::way(&story, session, start, end) {
            let length = stretch.to - stretch.from;
            let share = 100.0 * length.0 as f64 / (end - start).0.max(1) as f64;
            text += &format!("{:>12} {share:>5.1} %  {}\n", span(length), stretch.what);
        }
    }
    if arguments.slow {
        text += &format!("\n{}", busy(&plan, seed, arguments.run));
    }
    files.insert(0, ("explain.txt".to_owned(), text.clone()));
    let written = folder.write(&files);
    print(&text)?;
    written?;
    if !arguments.quiet {
        say(format_args!(
            "the space-time diagram, and the graph for dot: {}",
            folder.path().display()
        ));
    }
    Ok(End::Done)
}

/// What is at its limit, and the busiest of all.
fn busy(plan: &Plan, seed: u64, run: u64) -> String {
    let mut load = LoadBuilder::default();
    load.add(&run::run_one(plan, seed, run).load);
    let servers = plan.servers.iter().map(|server| server.name.clone());
    let limits = load.finish(&servers.collect::<Vec<_>>()).limits;
    let mut text = match limits.is_empty() {
        true => "Nothing is at its limit. The busiest:\n".to_owned(),
        false => format!("At the limit: {}. The busiest:\n", limits.join("; ")),
    };
    for (name, share) in load.busiest().into_iter().take(BUSIEST) {
        text += &format!("{:>19.1} %  {name}\n", share * 100.0);
    }
    text
}

/// The first case with these values; commas stand between axes, and may stand in values.
pub fn pick<'a>(cases: &'a [Case], wanted: Option<&str>) -> Result<&'a Case, spec::Error> {
    let Some(wanted) = wanted else {
        return Ok(&cases[0]);
    };
    let fits = |case: &&Case| {
        let said = format!(",{wanted},");
        let named = case
            .axes
            .iter()
            .filter(|(axis, value)| said.contains(&format!(",{axis}={value},")));
        let length: usize = named
            .clone()
            .map(|(axis, value)| axis.len() + value.len() + 2)
            .sum();
        named.count() > 0 && length == wanted.len() + 1
    };
    cases.iter().find(fits).ok_or_else(|| {
        let known: Vec<String> = cases.iter().map(Case::label).collect();
        spec::Error::whole("--case", format!("no case `{wanted}`")).near(wanted, &known)
    })
}
