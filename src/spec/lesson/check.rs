//! Whether a lesson makes sense.

use super::super::error::Error;
use super::super::limits;
use super::Lesson;

impl Lesson {
    /// No more time and no more load than a lesson can keep.
    fn within_limits(&self) -> Result<(), Error> {
        let (mut time, mut fed) = (0u64, 0u64);
        for (at, step) in self.steps.iter().enumerate() {
            let path = |key: &str| format!("steps[{at}].{key}");
            let lines = step.types.as_ref().map_or(0, |lines| lines.all().len());
            let pauses = step.pause.map_or(0, |pause| pause.0);
            let pauses = pauses.saturating_mul(lines as u64);
            let passes = [
                ("at", step.at.map_or(0, |at| at.0), false),
                ("wait", step.wait.map_or(0, |wait| wait.0), true),
                ("pause", pauses, true),
            ];
            for (key, ns, adds) in passes {
                time = if adds {
                    time.saturating_add(ns)
                } else {
                    time.max(ns)
                };
                if ns > 0 {
                    limits::between(&path(key), time, 0, limits::LESSON)?;
                }
            }
            if step.fresh.is_some() {
                time = 0;
            }
            let Some(feed) = &step.feed else { continue };
            let times = feed.times.as_u64().unwrap_or(0);
            // One in the background goes on until its server dies, or until the lab stops it.
            if !feed.background {
                fed = fed.saturating_add(times);
            }
            if fed > limits::FED || feed.from.checked_add(times).is_none() {
                let most = limits::FED;
                let problem = format!(
                    "{times} from {} on, {fed} of all feeds: at most {most} (docs/limits.md)",
                    feed.from
                );
                return Err(Error::at(path("feed.times"), problem));
            }
        }
        Ok(())
    }

    /// What serde cannot know: each step does one thing.
    pub(in crate::spec) fn check(&self) -> Result<(), Error> {
        self.within_limits()?;
        for (at, step) in self.steps.iter().enumerate() {
            let path = |key: &str| format!("steps[{at}].{key}");
            let does = [
                ("text", step.text.is_some()),
                ("type", step.types.is_some()),
                ("fresh", step.fresh.is_some()),
                ("feed", step.feed.is_some()),
                ("crash", step.crash.is_some()),
                ("start", step.start.is_some()),
                ("restart", step.restart.is_some()),
                ("cut", step.cut.is_some()),
                ("mend", step.mend.is_some()),
                ("my_cnf", step.my_cnf.is_some()),
                ("dump", step.dump.is_some()),
                ("until", step.until.is_some()),
                ("wait", step.wait.is_some()),
                ("wait_for", step.wait_for.is_some()),
                ("counts", step.counts.is_some()),
                ("picture", step.picture.is_some()),
                ("experiment", step.experiment.is_some()),
                ("questions", step.questions.is_some()),
            ];
            let said: Vec<&str> = does
                .iter()
                .filter(|(_, yes)| *yes)
                .map(|(name, _)| *name)
                .collect();
            match said.as_slice() {
                [one] => {
                    let needs = ["type", "feed", "my_cnf"].contains(one);
                    if needs && step.on.is_none() {
                        return Err(Error::at(
                            format!("steps[{at}]"),
                            format!("`{one}` needs `on`: which server?"),
                        ));
                    }
                    if !needs && step.on.is_some() {
                        return Err(Error::at(
                            path("on"),
                            format!("`{one}` is not done on a server"),
                        ));
                    }
                }
                [] => {
                    let names: Vec<&str> = does.iter().map(|(name, _)| *name).collect();
                    let problem = format!("expected one of {}", names.join(", "));
                    return Err(Error::at(format!("steps[{at}]"), problem));
                }
                several => {
                    let problem = format!("one thing at a time, not {}", several.join(" and "));
                    return Err(Error::at(format!("steps[{at}]"), problem));
                }
            }
        }
        Ok(())
    }
}
