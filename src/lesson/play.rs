//! Plays a lesson: types what its script says, lets time pass, writes down what came of it.

use super::lab::Lab;
use super::part::{Part, Played};
use super::setup::{epoch, identities, plan_of};
use super::typing::{PATIENCE, PAUSE, Patience};
use crate::plan::Plan;
use crate::protocol::effect::Crash;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::variables::Flavour;
use crate::spec::Error;
use crate::spec::lesson::{Dies, Family, Shown, Step};
use crate::spec::script::Script;

/// Runs an experiment for a lesson and prints its numbers.
pub type Runner<'a> = dyn FnMut(&Shown) -> Result<String, Error> + 'a;

/// Plays a script.
pub fn play(script: &Script, runner: &mut Runner) -> Result<Played, Error> {
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
            .step(at, step, due.map(|due| due.0))
            .map_err(|error| error.in_file(&script.file))?;
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
    pub(super) began: Vec<u64>,
    /// Statements without an answer: whose, and what was typed.
    pub(super) hanging: Vec<(SessionId, String, String)>,
    /// Time before the next statement.
    pub(super) pause: u64,
    /// The feed in the background.
    feed: Option<usize>,
    runner: &'r mut Runner<'r>,
}

impl Player<'_, '_> {
    fn step(&mut self, number: usize, step: &Step, due: Option<u64>) -> Result<(), Error> {
        let at = |key: &str| format!("steps[{number}].{key}");
        let flavour = self.plan.cluster.flavour;
        let fits = |only: Family| match only {
            Family::Mysql => flavour != Flavour::Mariadb1011,
            Family::Mysql57 => flavour == Flavour::Mysql57,
            Family::Mysql80 => flavour == Flavour::Mysql80,
            Family::Mariadb => flavour == Flavour::Mariadb1011,
        };
        if !step.only_in.is_none_or(fits) {
            self.began.push(self.lab.now());
            return Ok(());
        }
        if let Some(moment) = step.at {
            self.until(moment.0);
        }
        self.began.push(self.lab.now());
        let before = self.parts.len();
        if let Some(text) = &step.text {
            self.parts.push(Part::Text(text.all().join("\n")));
        }
        if step.fresh.is_some() {
            self.all_answers();
            if let Some((plan, lab)) = self.others.pop() {
                (self.plan, self.lab, self.feed) = (plan, lab, None);
            }
            self.began = vec![0; self.began.len()];
        }
        if let Some(lines) = &step.types {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            self.pause = step.pause.map_or(PAUSE, |pause| pause.0);
            for line in lines.all() {
                let patience = match (step.background, due) {
                    (true, _) => Patience::Background,
                    (false, Some(due)) => Patience::Until(due),
                    (false, None) => Patience::Answer,
                };
                self.type_line(id, line, patience, step.grep.as_deref())
                    .map_err(|problem| Error::at(at("type"), problem))?;
            }
        }
        if let Some(feed) = &step.feed {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            let times = feed.times.as_u64();
            let times =
                times.ok_or_else(|| Error::at(at("feed.times"), "expected a whole number"))?;
            let number = self
                .lab
                .feed(id, &feed.statement, feed.from, times, feed.sessions)
                .map_err(|problem| Error::at(at("feed"), problem))?;
            self.feed = Some(number);
            let who = match feed.sessions {
                1 => "one session".to_owned(),
                sessions => format!("{sessions} sessions"),
            };
            self.happened(&format!("# {who}, {times} times: {}", feed.statement));
            if !feed.background {
                let limit = self.lab.now() + PATIENCE;
                while self.lab.is_feeding() && self.lab.now() < limit {
                    let next = self.lab.now() + 10_000_000;
                    self.lab.run_until(next);
                }
                self.fed(number);
            }
        }
        if let Some(death) = &step.crash {
            let id = self.server(Some(&death.server), &at("crash.server"))?;
            let wanted = death.after_acknowledged.as_ref();
            if let (Some(wanted), Some(feed)) = (wanted, self.feed) {
                let problem =
                    || Error::at(at("crash.after_acknowledged"), "expected a whole number");
                let wanted = wanted.as_u64().ok_or_else(problem)?;
                self.lab
                    .run_until_acknowledged(feed, wanted, self.lab.now() + PATIENCE);
            }
            let (crash, said) = match death.kind {
                Dies::ProcessKill => (
                    Crash::ProcessKill,
                    format!("$ docker kill {}", death.server),
                ),
                Dies::HostLoss => (
                    Crash::HostLoss,
                    format!("# the host of {} loses power", death.server),
                ),
                Dies::SiteLoss => (
                    Crash::SiteLoss,
                    format!("# the site of {} loses power", death.server),
                ),
            };
            self.lab.crash(id, crash);
            self.happened(&said);
            // Clients learn of it.
            self.until(self.lab.now() + 100_000_000);
            if let Some(feed) = self.feed.filter(|feed| self.lab.fed(*feed).error.is_some()) {
                self.fed(feed);
            }
        }
        if let Some(name) = step.start.as_ref().or(step.restart.as_ref()) {
            let id = self.server(Some(name), &at("start"))?;
            let verb = match step.restart {
                Some(_) => {
                    self.lab.crash(id, Crash::ProcessKill);
                    "restart"
                }
                None => "start",
            };
            self.happened(&format!("$ docker {verb} {name}"));
            self.until(self.lab.now() + PAUSE);
            self.lab.start(id);
        }
        for (pair, works) in [(&step.cut, false), (&step.mend, true)] {
            let Some([a, b]) = pair else { continue };
            let key = at(if works { "mend" } else { "cut" });
            let ends = (self.server(Some(a), &key)?, self.server(Some(b), &key)?);
            self.lab.network(ends.0, ends.1, works);
            let what = if works { "works again" } else { "is cut" };
            self.happened(&format!("# the network between {a} and {b} {what}"));
        }
        if let Some(lines) = &step.my_cnf {
            let id = self.server(step.on.as_deref(), &at("on"))?;
            let mut said = Vec::new();
            for (name, value) in lines {
                let at = at(&format!("my_cnf.{name}"));
                let value = crate::spec::script::setting(&at, value)?;
                self.lab
                    .configure(id, name, &value.0)
                    .map_err(|problem| Error::at(at, problem))?;
                said.push(format!("{name}={}", value.0));
            }
            let name = &self.lab.servers()[usize::from(id.0)];
            self.happened(&format!("# my.cnf of {name}: {}", said.join(", ")));
        }
        if let Some(dump) = &step.dump {
            let of = self.server(Some(&dump.of), &at("dump.of"))?;
            let into = self.server(Some(&dump.into), &at("dump.into"))?;
            let (file, position) = self
                .lab
                .load_dump(of, into)
                .map_err(|problem| Error::at(at("dump"), problem))?;
            self.happened(&format!(
                "$ mysqldump --host={} --all-databases --single-transaction --master-data=2 | mysql --host={}\n\
                 -- CHANGE MASTER TO MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position};",
                dump.of, dump.into
            ));
        }
        if let Some(event) = &step.until {
            self.lab
                .run_until_event(event, self.lab.now() + PATIENCE)
                .map_err(|problem| Error::at(at("until"), problem))?;
        }
        if let Some(wait) = step.wait {
            self.until(self.lab.now() + wait.0);
        }
        if let Some(names) = &step.wait_for {
            let ids: Result<Vec<ServerId>, Error> = names
                .iter()
                .map(|name| self.server(Some(name), &at("wait_for")))
                .collect();
            self.wait_for(&ids?);
        }
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
                .map(|question| (question.ask.clone(), question.command.clone()));
            self.parts.push(Part::Questions(questions.collect()));
        }
        if let Some(expected) = &step.expect {
            let said: String = self.parts[before..]
                .iter()
                .map(|part| match part {
                    Part::Terminal(text) | Part::Text(text) | Part::Experiment(text) => {
                        text.as_str()
                    }
                    _ => "",
                })
                .collect::<Vec<_>>()
                .join("\n");
            for wanted in expected
                .all()
                .iter()
                .filter(|wanted| !said.contains(wanted.as_str()))
            {
                let first = said.lines().next().unwrap_or_default();
                self.broken.push(format!(
                    "steps[{number}]: expected {wanted:?} in the answer to {first:?}"
                ));
            }
        }
        Ok(())
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
