//! A lesson's person: types, waits for answers, lets time pass.

use super::lab::{Lab, Reply};
use super::part::Part;
use super::play::Player;
use crate::engine::Moment;
use crate::protocol::ids::{ServerId, Span};

/// A person's pause before the next statement.
pub(super) const PAUSE: Span = Span::seconds(1);
/// No statement hangs longer than this in a lesson.
pub(super) const PATIENCE: Span = Span::seconds(3_600);

/// How long somebody looks at a prompt that does not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Not at all.
    Background,
    /// Until something else has to be done.
    Until(Moment),
    /// Until the answer.
    Answer,
}

impl Player<'_, '_> {
    /// `{file:SERVER}` and `{position:SERVER}`: what somebody has noted down from SHOW MASTER STATUS there.
    pub(super) fn noted(&self, line: &str) -> String {
        let mut line = line.to_owned();
        let world = &self.lab.simulation.world;
        if !line.contains("{file:") && !line.contains("{position:") {
            return line;
        }
        for (name, id) in self.lab.servers().iter().zip(world.server_ids()) {
            let (file, position) = self.lab.seen.end_of_binlog(id, world);
            line = line.replace(&format!("{{file:{name}}}"), &file);
            line = line.replace(&format!("{{position:{name}}}"), &position.to_string());
        }
        line
    }

    pub(super) fn type_line(
        &mut self,
        id: ServerId,
        line: &str,
        terminal: Option<u16>,
        patience: Patience,
        grep: Option<&str>,
    ) -> Result<(), String> {
        self.until(self.lab.now() + self.pause);
        self.lab.has_time_for(Span(0))?;
        let line = &self.noted(line);
        let prompt = format!("{}> ", self.lab.servers()[usize::from(id.0)]);
        let ended = match line.ends_with("\\G") || line.ends_with(';') {
            true => line.to_owned(),
            false => format!("{line};"),
        };
        let typed = match grep {
            None => format!("{prompt}{ended}"),
            Some(words) => {
                let name = &self.lab.servers()[usize::from(id.0)];
                format!("$ mysql -h {name} -e '{ended}' | grep -E '{words}'")
            }
        };
        let kept = |answer: String| match grep {
            None => answer,
            Some(words) => {
                let wanted = |line: &&str| words.split('|').any(|word| line.contains(word));
                let lines: Vec<&str> = answer.lines().filter(wanted).collect();
                lines.join("\n")
            }
        };
        let reply = match terminal {
            None => self.lab.type_statement(id, line)?,
            Some(terminal) => self.lab.type_at(id, terminal, line)?,
        };
        match reply {
            Reply::Answer(answer) => self
                .parts
                .push(Part::Terminal(format!("{typed}\n{}", kept(answer)))),
            Reply::Waits(session) => {
                let now = self.lab.now();
                let until = match patience {
                    Patience::Background => now,
                    Patience::Until(due) if due > now => due,
                    Patience::Until(_) | Patience::Answer => now + PATIENCE,
                };
                self.lab.run_until_answer(session, until);
                match self.lab.answer_of(session) {
                    Some(answer) => self
                        .parts
                        .push(Part::Terminal(format!("{typed}\n{answer}"))),
                    None => {
                        self.parts
                            .push(Part::Terminal(format!("{typed}\n# (no answer yet)")));
                        self.hanging.push((session, prompt, ended));
                    }
                }
            }
        }
        Ok(())
    }

    /// Lets time pass; answers of statements that hung are written down when they come.
    pub(super) fn until(&mut self, moment: Moment) {
        while let Some((session, ..)) = self.hanging.first() {
            self.lab.run_until_answer(*session, moment);
            if !self.late_answers() {
                break;
            }
        }
        if self.lab.now() < moment {
            self.lab.run_until(moment);
        }
        self.late_answers();
    }

    pub(super) fn late_answers(&mut self) -> bool {
        let mut some = false;
        for (session, prompt, line) in std::mem::take(&mut self.hanging) {
            match self.lab.answer_of(session) {
                Some(answer) => {
                    some = true;
                    let said = format!("# the answer to: {prompt}{line}\n{answer}");
                    self.parts.push(Part::Terminal(said));
                }
                None => self.hanging.push((session, prompt, line)),
            }
        }
        some
    }

    pub(super) fn all_answers(&mut self) {
        if let Some(longest) =
            (!self.hanging.is_empty()).then(|| self.lab.now() + Span::seconds(60))
        {
            self.until(longest);
        }
        for (_, prompt, line) in std::mem::take(&mut self.hanging) {
            self.happened(&format!("# no answer to: {prompt}{line}"));
        }
    }

    pub(super) fn fed(&mut self, number: usize) {
        let feed = self.lab.fed(number);
        let mut said = format!("# {} acknowledged", feed.acknowledged);
        if let Some(error) = &feed.error {
            said += &format!(", {} not: {error}", feed.failed);
        }
        self.happened(&said);
    }

    /// Until these servers have received and applied everything, or for an hour.
    pub(super) fn wait_for(&mut self, ids: &[ServerId]) {
        let limit = self.lab.now() + PATIENCE;
        let caught_up = |lab: &Lab| {
            ids.iter().all(|id| {
                let world = &lab.simulation.world;
                let replica = &world.server(*id).replica;
                let end = replica
                    .upstream
                    .map(|upstream| world.server(upstream).history.end());
                replica.has_applied_all()
                    && end.is_none_or(|end| replica.read_position.index >= end)
            })
        };
        while !caught_up(&self.lab) && self.lab.now() < limit {
            let next = self.lab.now() + Span::millis(10);
            self.until(next);
        }
    }
}
