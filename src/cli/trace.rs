//! `replsim trace`: one run, event by event, for people and for other programs.

use super::progress::Progress;
use super::unsound::Unsound;
use super::{End, print};
use crate::observe::places::Places;
use crate::observe::story::{self, Kept};
use crate::observe::trace::Trace;
use crate::observe::words::Words;
use crate::plan::{self, Plan};
use crate::protocol::ids::Span;
use crate::report::trace;
use crate::run;
use crate::run::Progress as _;
use crate::spec::{self, limits, units};
use clap::ValueEnum;
use std::error::Error;

/// Arguments of `trace`.
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
    /// Seed of all randomness (the experiment's own by default)
    #[arg(long)]
    seed: Option<u64>,
    /// Only this time, as in --at "0.9 s..0.95 s" (the whole run by default)
    #[arg(long, value_name = "TIME..TIME")]
    at: Option<String>,
    /// Set a value in the merged description
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Check the laws of the run first
    #[arg(long)]
    self_check: bool,
    /// The format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Formats of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A space-time diagram for a terminal
    Text,
    /// The same as a picture
    Svg,
    /// A Mermaid sequence diagram
    Mermaid,
    /// One JSON object per event
    Jsonl,
    /// Chrome's trace events: open it at ui.perfetto.dev
    Perfetto,
    /// A log with vector clocks for ShiViz
    Shiviz,
}

/// Prints one run.
pub fn trace(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = super::run::sets(&arguments.set)?;
    let (from, to) = match &arguments.at {
        Some(at) => moments(at)?,
        None => (0, u64::MAX),
    };
    let loaded = spec::load(&arguments.experiment, &sets)?;
    let cases = plan::cases(&loaded)?;
    let case = super::explain::pick(&cases, arguments.case.as_deref())?;
    let mut plan: Plan = case.compile()?;
    plan.self_check = arguments.self_check;
    let seed = arguments.seed.unwrap_or(loaded.experiment.seed);
    if plan.self_check
        && let Some(broken) = run::run_one(&plan, seed, arguments.run).broken
    {
        let (name, sets) = (&arguments.experiment, &arguments.set);
        return Err(Unsound::new(broken, name, &case.label(), sets).into());
    }
    let kept = Kept::between(Span(from), Span(to), limits::EVENTS);
    let progress = Progress::new("runs", 1, plan.duration.0.min(to), false);
    let told = story::events(&plan, (seed, arguments.run), kept, &|ns| {
        progress.simulated(ns)
    });
    drop(progress);
    let events = told.map_err(|many| {
        let problem =
            format!("{many}, which is all that is kept: narrow it with --at (docs/limits.md)");
        spec::Error::whole(&loaded.file, problem)
    })?;
    let words = Words { plan: &plan };
    let places = Places::of_servers(&plan);
    let steps = Trace::of(&events, &words, &places, kept.from, kept.to);
    let label = case.label();
    let title = match label.is_empty() {
        true => format!("{}, run {} with seed {seed}", loaded.name, arguments.run),
        false => format!(
            "{}, {label}, run {} with seed {seed}",
            loaded.name, arguments.run
        ),
    };
    let clocks = steps.places.len().saturating_mul(steps.steps.len());
    if arguments.format == Format::Shiviz && clocks > limits::CLOCKS {
        let (places, number) = (steps.places.len(), steps.steps.len());
        let problem = format!(
            "vector clocks of {places} places at {number} events: at most {} numbers (docs/limits.md)",
            limits::CLOCKS
        );
        return Err(spec::Error::whole("--format", problem).into());
    }
    let text = match arguments.format {
        Format::Text => trace::text(&title, &steps),
        Format::Svg => trace::diagram(&title, &steps).svg(),
        Format::Mermaid => trace::mermaid(&title, &steps),
        Format::Jsonl => trace::jsonl(&steps),
        Format::Perfetto => trace::perfetto(&steps),
        Format::Shiviz => trace::shiviz(&steps),
    };
    print(&text)?;
    Ok(End::Done)
}

/// `0.9 s..0.95 s`.
fn moments(text: &str) -> Result<(u64, u64), spec::Error> {
    let wrong = |problem: String| spec::Error::whole("--at", problem);
    let Some((from, to)) = text.split_once("..") else {
        return Err(wrong(format!(
            "{text:?} is not TIME..TIME, as in \"0.9 s..0.95 s\""
        )));
    };
    let moment = |text: &str| units::duration(text.trim()).map_err(wrong);
    let (from, to) = (moment(from)?, moment(to)?);
    if from > to {
        return Err(wrong(format!("{text:?} ends before it begins")));
    }
    Ok((from, to))
}
