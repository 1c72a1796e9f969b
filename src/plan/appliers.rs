//! Variables of parallel appliers: what they say together, and what of it is modelled (semantics.md 0, 4.1).

use crate::protocol::flavour::Flavour;
use crate::protocol::rules::{CommitOrder, ParallelType};
use crate::protocol::variables::{Parallel, Variables};
use crate::spec::settings::Setting;
use crate::spec::{Error, limits};

/// What was said of the appliers of one server.
#[derive(Clone, Debug)]
pub struct Appliers {
    workers: u8,
    parallel: Parallel,
    /// `slave_parallel_type=DATABASE`.
    by_database: bool,
    in_order: bool,
    writeset: bool,
}

impl Appliers {
    /// The flavour's defaults, except for the number of workers.
    pub fn new(flavour: Flavour) -> Appliers {
        let rules = flavour.rules();
        Appliers {
            workers: 1,
            parallel: flavour.defaults().parallel,
            by_database: rules.parallel_type == ParallelType::Database,
            in_order: rules.commit_order == CommitOrder::Preserved,
            writeset: false,
        }
    }

    /// Sets one variable; false if it is none of these.
    pub fn set(&mut self, variable: &str, setting: &Setting) -> Result<bool, String> {
        let word = setting.0.to_ascii_lowercase();
        let unknown = |expected: &str| Err(format!("expected {expected}, not {:?}", setting.0));
        match variable {
            "slave_parallel_workers" | "slave_parallel_threads" => {
                self.workers = setting.whole(0, limits::WORKERS, "")?.max(1) as u8;
            }
            "slave_parallel_type" => match word.as_str() {
                "logical_clock" => self.by_database = false,
                "database" => self.by_database = true,
                _ => return unknown("LOGICAL_CLOCK or DATABASE"),
            },
            "slave_preserve_commit_order" => self.in_order = setting.switch()?,
            "slave_parallel_mode" => match word.as_str() {
                "optimistic" => self.parallel = Parallel::Optimistic,
                "conservative" => self.parallel = Parallel::Conservative,
                "aggressive" | "minimal" | "none" => {
                    return Err(format!(
                        "slave_parallel_mode={word} is not modelled yet: optimistic and conservative are"
                    ));
                }
                _ => return unknown("optimistic or conservative"),
            },
            "binlog_transaction_dependency_tracking" => match word.as_str() {
                "commit_order" => self.writeset = false,
                "writeset" => self.writeset = true,
                "writeset_session" => {
                    return Err("WRITESET_SESSION is not modelled yet: WRITESET is".to_owned());
                }
                _ => return unknown("COMMIT_ORDER or WRITESET"),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What they say together.
    pub fn finish(&self, path: &str, variables: &mut Variables) -> Result<(), Error> {
        if self.workers > 1 && self.by_database {
            return Err(Error::at(
                path,
                "workers by database are not modelled yet: set slave_parallel_type=LOGICAL_CLOCK",
            ));
        }
        if self.workers > 1 && !self.in_order {
            return Err(Error::at(
                path,
                "workers that commit in any order are not modelled yet: set slave_preserve_commit_order=ON",
            ));
        }
        variables.workers = self.workers;
        variables.parallel = self.parallel;
        variables.writeset = self.writeset;
        Ok(())
    }
}
