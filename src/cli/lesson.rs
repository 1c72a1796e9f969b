//! `replsim lesson`: a lesson as a transcript with pictures.

use super::progress::Progress;
use super::{End, complain, out::say, print};
use crate::lesson::play;
use crate::plan::Case;
use crate::report::names::safe;
use crate::report::write::Folder;
use crate::report::{lesson, numbers, timelines};
use crate::run;
use crate::run::experiment::{Answer, Experiment, Options, Unanswered};
use crate::shown::line;
use crate::spec;
use crate::spec::expect::printed;
use crate::spec::lesson::Shown;
use crate::spec::script::{Script, script};
use serde_json::{Map, Value};
use std::error::Error;
use std::path::PathBuf;

/// Arguments of `lesson`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A path, the bare name of a file in lessons/, or its number; without it the lessons are listed
    #[arg(value_name = "LESSON")]
    story: Option<String>,
    /// Set a parameter of the lesson, or a value in its model
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Seed of all randomness (the lesson's own by default)
    #[arg(long)]
    seed: Option<u64>,
    /// Write the Markdown and its pictures (SVG) into this folder instead of printing
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print no progress and no hints
    #[arg(long)]
    quiet: bool,
}

/// Plays a lesson.
pub fn lesson(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let Some(story) = &arguments.story else {
        print(&list()?)?;
        return Ok(End::Done);
    };
    let mut sets = super::run::sets(&arguments.set)?;
    if let Some(seed) = arguments.seed {
        sets.push(("seed".to_owned(), seed.to_string()));
    }
    let script = script(story, &sets)?;
    let folder = arguments.out.as_deref().map(Folder::open).transpose()?;
    let shown = match &folder {
        Some(_) => lesson::Pictures::InFiles,
        None => lesson::Pictures::InTheText,
    };
    let (text, files, broken) = told(&script, shown, arguments.quiet)?;
    match &folder {
        None => print(&text)?,
        Some(folder) => {
            let name = safe(&script.name);
            let mut all = vec![(format!("{name}.md"), text)];
            let pictures = files
                .iter()
                .filter(|(name, _)| name.ends_with(".svg"))
                .count();
            all.extend(files);
            if let Err(error) = folder.write(&all) {
                print(&all[0].1)?;
                return Err(error.into());
            }
            if !arguments.quiet {
                say(format_args!(
                    "{name}.md and {pictures} pictures: {}",
                    folder.path().display()
                ));
            }
        }
    }
    // What a lesson expects holds for its own values.
    let broken = if sets.is_empty() { broken } else { Vec::new() };
    for problem in &broken {
        complain(format_args!("{}: {problem}", script.file));
    }
    Ok(match broken.is_empty() {
        true => End::Done,
        false => End::DidNotHold,
    })
}

/// The Markdown of a lesson, its pictures, and what it expected in vain.
type Told = (String, Vec<(String, String)>, Vec<String>);

fn told(script: &Script, shown: lesson::Pictures, quiet: bool) -> Result<Told, Box<dyn Error>> {
    let progress = Progress::new("steps", script.lesson.steps.len() as u64, 0, quiet);
    let mut runner = |shown: &Shown| numbers_of(shown, &progress);
    let played = play::play(script, &mut runner, &|| progress.bar.inc(1))?;
    let (text, pictures) = lesson::markdown(&played, &safe(&script.name), shown);
    Ok((text, pictures, played.broken))
}

/// An experiment inside a lesson: its case table with the numbers that were asked for.
fn numbers_of(shown: &Shown, progress: &Progress) -> Result<String, spec::Error> {
    let sets: Vec<(String, String)> = shown
        .set
        .iter()
        .map(|(path, value)| (path.clone(), printed(value)))
        .collect();
    let loaded = match shown.run.as_str() {
        Some(name) => spec::load(name, &sets)?,
        None => spec::load_text("experiment", "experiment", &shown.run.to_string(), &sets)?,
    };
    let whole = |problem: Unanswered| spec::Error::whole(&loaded.file, problem.to_string());
    let experiment = Experiment::plan(&loaded)?;
    let cases = experiment.cases.clone();
    let options = Options::runs(u64::from(loaded.experiment.runs));
    let Answer {
        results, pictured, ..
    } = experiment.run(&options, &Steps(progress)).map_err(whole)?;
    let wanted = |case: &Case| {
        let has = |only: &Map<String, Value>| {
            only.iter()
                .all(|(axis, value)| case.axes.contains(&(axis.clone(), printed(value))))
        };
        shown.only.is_empty() || shown.only.iter().any(has)
    };
    let answered = cases.iter().zip(results.cases).zip(&pictured);
    let answered: Vec<_> = answered.filter(|((case, _), _)| wanted(case)).collect();
    if let Some(every) = shown.timeline {
        let timelines = answered.iter().filter_map(|((case, _), pictured)| {
            let values = case.axes.iter().map(|(_, value)| value.as_str());
            Some((
                values.collect::<Vec<_>>().join(", "),
                pictured.timeline.as_ref()?,
            ))
        });
        return Ok(timelines::side_by_side(
            &timelines.collect::<Vec<_>>(),
            every.0,
        ));
    }
    let results = answered.into_iter().map(|((_, result), _)| result);
    let document = numbers::document(results.collect());
    numbers::markdown(&document, &shown.show).map_err(|problem| spec::Error::at("show", problem))
}

/// The steps of a lesson are counted, not the runs of its experiments.
struct Steps<'a>(&'a Progress);

impl run::Progress for Steps<'_> {
    fn simulated(&self, ns: u64) {
        self.0.simulated(ns);
    }
}

fn list() -> Result<String, spec::Error> {
    let mut out = String::new();
    for name in spec::library::names(spec::library::Shelf::Lessons) {
        let script = script(&name, &[])?;
        out += &format!("{}  {}\n", line(&name), line(&script.lesson.title));
    }
    Ok(out)
}
