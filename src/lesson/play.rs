//! Plays a lesson: types what its script says, lets time pass, writes down what came of it.

use super::lab::{Lab, Network};
use super::part::{Part, Played};
use super::setup::{epoch, identities, plan_of};
use super::typing::{PATIENCE, PAUSE, Patience};
use crate::engine::Moment;
use crate::plan::Plan;
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::spec::Error;
use crate::spec::lesson::{Shown, Step};
use crate::spec::script::Script;

/// Runs an experiment for a lesson and prints its numbers.
pub type Runner<'a> = dyn FnMut(&Shown) -> Result<String, Error> + 'a;

/// Plays a script; somebody who waits hears of each step that is over.
pub fn play(script: &Script, runner: &mut Runner, stepped: &dyn Fn()) -> Result<Played, Error> {
    let in_file = |error: Error| error.in_file(&script.file);
    let plans = script
        .loaded
        .iter()
        .map(plan_of)
        .collect::<Result<Vec<Plan>, _>>()?;
    let epoch = epoch(script.lesson.clock.as_deref()).map_err(in_file)?;
    let mut labs = Vec::new();
    for plan in plans.iter().rev() {
        let identities = identities(script, plan).map_err(in_file)?;
        let mut lab = Lab::new(plan, identities, epoch, script.lesson.seed);
        lab.read_all_my_cnf();
        labs.push((plan, lab));
    }
    let first = labs.pop().ok_or_else(|| Error::at("model", "no cluster"))?;
    let mut player = Player {
        plan: first.0,
        lab: first.1,
        others: labs,
        parts: Vec::new(),
        broken: Vec::new(),
        began: Vec::new(),
        hanging: Vec::new(),
        pause: PAUSE,
        feed: None,
        runner,
    };
    for (at, step) in script.lesson.steps.iter().enumerate() {
        let due = script.lesson.steps.get(at + 1).and_then(|next| next.at);
        player
            .step(at, step, due.map(|due| Moment::after(Span(due.0))))
            .map_err(|error| error.in_file(&script.file))?;
        stepped();
    }
    player.all_answers();
    Ok(Played {
        title: script.lesson.title.clone(),
        question: script.lesson.question.clone(),
        parts: player.parts,
        broken: player.broken,
    })
}

/// A lesson under way.
pub(super) struct Player<'a, 'r> {
    pub(super) plan: &'a Plan,
    pub(super) lab: Lab<'a>,
    /// The clusters of later `fresh` steps, the next one last.
    others: Vec<(&'a Plan, Lab<'a>)>,
    pub(super) parts: Vec<Part>,
    broken: Vec<String>,
    /// When each step began.
    pub(super) began: Vec<Moment>,
    /// Statements without an answer: whose, and what was typed.
    pub(super) hanging: Vec<(SessionId, String, String)>,
    /// Time before the next statement.
    pub(super) pause: Span,
    /// The feed in the background.
    pub(super) feed: Option<usize>,
    runner: &'r mut Runner<'r>,
}

impl Player<'_, '_> {
    fn step(&mut self, number: usize, step: &Step, due: Option<Moment>) -> Result<(), Error> {
        let at = |key: &str| format!("steps[{number}].{key}");
        let flavour = self.plan.cluster.flavour();
        if !step.only_in.is_none_or(|only| only.0.has(flavour)) {
            self.began.push(self.lab.now());
            return Ok(());
        }
        self.lab
            .has_time_for(Span(step.wait.map_or(0, |wait| wait.0)))
            .map_err(|problem| Error::at(format!("steps[{number}]"), problem))?;
        if let Some(moment) = step.at {
            self.until(Moment::after(Span(moment.0)));
        }
        self.began.push(self.lab.now());
        let before = self.parts.len();
        if let Some(text) = &step.text {
            self.parts.push(Part::Text(text.all().join("\n")));
        }
        if step.fresh.is_some() {
            self.fresh();
        }
        if let Some(user) = &step.login {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            let logged_in = self.lab.login(id, user);
            logged_in.map_err(|problem| Error::at(at("login"), problem))?;
            self.happened(&format!("$ mysql --user={user}"));
        }
        if let Some(lines) = &step.types {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            self.pause = step.pause.map_or(PAUSE, |pause| Span(pause.0));
            let patience = match (step.background, due) {
                (true, _) => Patience::Background,
                (false, Some(due)) => Patience::Until(due),
                (false, None) => Patience::Answer,
            };
            for line in lines.all() {
                self.type_line(id, line, step.terminal, patience, step.grep.as_deref())
                    .map_err(|problem| Error::at(at("type"), problem))?;
            }
        }
        if let Some(feed) = &step.feed {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            self.feeds(id, feed, &at("feed"))?;
        }
        if let Some(death) = &step.crash {
            self.dies(death, &at("crash"))?;
        }
        if let Some(name) = &step.start {
            self.starts(name, &at("start"))?;
        }
        if let Some(name) = &step.restart {
            self.restarts(name, &at("restart"))?;
        }
        for (network, pair) in [
            (Network::IsCut, &step.cut),
            (Network::WorksAgain, &step.mend),
        ] {
            if let Some(pair) = pair {
                self.network(pair, network, &at(network.key()))?;
            }
        }
        if let Some(lines) = &step.my_cnf {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            self.writes_my_cnf(id, lines, &at("my_cnf"))?;
        }
        if let Some(dump) = &step.dump {
            self.dumps(dump, &at("dump"))?;
        }
        self.waits(step, at)?;
        self.shows(step, at)?;
        if let Some(expected) = &step.expect {
            self.expects(number, expected.all(), before);
        }
        self.lab
            .has_room_for_feeds()
            .map_err(|problem| Error::at(format!("steps[{number}]"), problem))
    }

    /// Lets time pass: until something happens, for so long, until replicas have everything.
    fn waits(&mut self, step: &Step, at: impl Fn(&str) -> String) -> Result<(), Error> {
        if let Some(event) = &step.until {
            self.lab
                .run_until_event(event, self.lab.now() + PATIENCE)
                .map_err(|problem| Error::at(at("until"), problem))?;
        }
        if let Some(wait) = step.wait {
            self.until(self.lab.now() + Span(wait.0));
        }
        if let Some(names) = &step.wait_for {
            let ids = names
                .iter()
                .map(|name| self.server(Some(name), &at("wait_for")));
            let ids: Vec<ServerId> = ids.collect::<Result<_, Error>>()?;
            self.wait_for(&ids);
        }
        Ok(())
    }

    /// What the reader sees of it: counts, a picture, an experiment, questions.
    fn shows(&mut self, step: &Step, at: impl Fn(&str) -> String) -> Result<(), Error> {
        if let Some(counts) = &step.counts {
            self.counts(counts, &at("counts"))?;
        }
        if let Some(picture) = &step.picture {
            self.picture(picture, &at("picture"))?;
        }
        if let Some(shown) = &step.experiment {
            let text = (self.runner)(shown)?;
            self.parts.push(Part::Experiment(text));
        }
        if let Some(questions) = &step.questions {
            let questions = questions
                .iter()
                .map(|one| (one.ask.clone(), one.command.clone()));
            self.parts.push(Part::Questions(questions.collect()));
        }
        Ok(())
    }

    /// The next cluster, at time 0.
    fn fresh(&mut self) {
        self.all_answers();
        if let Some((plan, lab)) = self.others.pop() {
            (self.plan, self.lab, self.feed) = (plan, lab, None);
        }
        self.began = vec![Moment::START; self.began.len()];
    }

    /// What a step has said has to contain these.
    fn expects(&mut self, number: usize, expected: &[String], before: usize) {
        let said = self.parts[before..].iter().map(|part| match part {
            Part::Terminal(text) | Part::Text(text) | Part::Experiment(text) => text.as_str(),
            Part::SpaceTime { .. } | Part::Way { .. } | Part::Lag { .. } | Part::Questions(_) => "",
        });
        let said = said.collect::<Vec<_>>().join("\n");
        let first = said.lines().next().unwrap_or_default();
        for wanted in expected
            .iter()
            .filter(|wanted| !said.contains(wanted.as_str()))
        {
            self.broken.push(format!(
                "steps[{number}]: expected {wanted:?} in the answer to {first:?}"
            ));
        }
    }

    pub(super) fn server(&self, name: Option<&str>, at: &str) -> Result<ServerId, Error> {
        let name = name.unwrap_or_default();
        self.lab.server(name).ok_or_else(|| {
            let error = Error::at(at, format!("unknown server `{name}`"));
            error.near(name, self.lab.servers())
        })
    }

    /// Something happened at a terminal that is no server's.
    pub(super) fn happened(&mut self, what: &str) {
        self.parts.push(Part::Terminal(what.to_owned()));
    }
}
