//! replsim: what a crash loses, how long a commit waits, how long nobody can write.
//!
//! A library that answers what the program answers, and lets one drive a run by hand:
//!
//! ```
//! use replsim::{Crash, Experiment, Happening, Live, Nobody, Options, Span};
//!
//! // From a file or a built-in name to the answer, as `replsim run` gives it.
//! let sets = [("network.rtt".to_owned(), "3 ms".to_owned())];
//! let loaded = replsim::load("master-crash", &sets)?;
//! let experiment = Experiment::plan(&loaded)?;
//! let plan = experiment.plans[0].clone();
//! let answer = experiment.run(&Options::runs(2), &Nobody)?;
//! let lost = answer.results.cases[0].metrics.get("lost_acknowledged").expect("a metric");
//! println!("{:.1} {} a run", lost.mean, lost.unit);
//!
//! // One run, step by step.
//! let mut live = Live::new(&plan, 1, 0);
//! live.run_to(Span::millis(500));
//! let master = live.master().expect("somebody serves");
//! let mut other = live.clone();
//! other.happen(Happening::Crash(master, Crash::ProcessKill))?;
//! let now = live.if_the_master_died(Crash::SiteLoss).expect("it serves");
//! println!("{} acknowledged transactions would be lost now", now.lost_acknowledged);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Numbers are those of the results document (docs/results.md): each has its unit. The same description, seed and number of
//! runs give the same bytes.
//!
//! Inside, data flows one way through the rooms, which are not part of the interface:
//!
//! | room | what happens there |
//! |---|---|
//! | `spec` | the files that people write: parts put together, units, errors with a place |
//! | `plan` | one case, checked, flattened, compiled: what the engine runs |
//! | `protocol` | the core: every rule of the servers, without clock or randomness; `protocol::world::World` |
//! | `random` | streams by entity and purpose, inverse tables of distributions |
//! | `engine` | the timed driver: gives effects a duration, returns them as inputs; `engine::Simulation` |
//! | `explore` | the exhaustive driver: every order of events within bounds, over the same core |
//! | `measure` | folds: facts become the ledger, latencies, lag, a timeline |
//! | `observe` | one run kept whole: its story, what caused what, why a transaction was lost |
//! | `lesson` | the same cluster with contents: servers that take statements, scripts of an afternoon with them |
//! | `run` | runs of a case in parallel, merged in the order of their numbers |
//! | `estimate` | intervals, case results, whether claims hold |
//! | `report` | the table, the results document, CSV, charts |
//! | `validate` | measurements of a real cluster beside predictions |
//! | `cli` | arguments to a command to an exit code |
//! | `phrasebook` | what the core noted, in words |
//! | `shown` | what others wrote, fit for a terminal and for one line of a message |

#![deny(clippy::wildcard_enum_match_arm)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// Tests and benchmarks reach into the rooms; who does not, gets no say about what only they need.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unused_imports))]

#[cfg(not(feature = "internals"))]
mod cli;
#[cfg(feature = "internals")]
pub mod cli;
#[cfg(not(feature = "internals"))]
mod engine;
#[cfg(feature = "internals")]
pub mod engine;
#[cfg(not(feature = "internals"))]
mod estimate;
#[cfg(feature = "internals")]
pub mod estimate;
#[cfg(not(feature = "internals"))]
mod explore;
#[cfg(feature = "internals")]
pub mod explore;
#[cfg(not(feature = "internals"))]
mod lesson;
#[cfg(feature = "internals")]
pub mod lesson;
#[cfg(not(feature = "internals"))]
mod measure;
#[cfg(feature = "internals")]
pub mod measure;
#[cfg(not(feature = "internals"))]
mod observe;
#[cfg(feature = "internals")]
pub mod observe;
#[cfg(not(feature = "internals"))]
mod phrasebook;
#[cfg(feature = "internals")]
pub mod phrasebook;
#[cfg(not(feature = "internals"))]
mod plan;
#[cfg(feature = "internals")]
pub mod plan;
#[cfg(not(feature = "internals"))]
mod protocol;
#[cfg(feature = "internals")]
pub mod protocol;
#[cfg(not(feature = "internals"))]
mod random;
#[cfg(feature = "internals")]
pub mod random;
#[cfg(not(feature = "internals"))]
mod report;
#[cfg(feature = "internals")]
pub mod report;
#[cfg(not(feature = "internals"))]
mod run;
#[cfg(feature = "internals")]
pub mod run;
#[cfg(not(feature = "internals"))]
mod shown;
#[cfg(feature = "internals")]
pub mod shown;
#[cfg(not(feature = "internals"))]
mod spec;
#[cfg(feature = "internals")]
pub mod spec;
#[cfg(not(feature = "internals"))]
mod validate;
#[cfg(feature = "internals")]
pub mod validate;

pub use estimate::expect::Verdict;
pub use estimate::exposure::Exposure;
pub use estimate::interval::Interval;
pub use estimate::result::{CaseResult, Named, OverRuns};
pub use estimate::results::{Pictured, Results};
pub use explore::bounds::Bounds;
pub use explore::check::{Checked, Finding, check};
pub use explore::properties::Property;
pub use measure::outcome::{Ledger, RunOutcome};
pub use plan::{Case, Plan};
pub use protocol::crash::Crash;
pub use protocol::flavour::Flavour;
pub use protocol::ids::Span;
pub use run::experiment::{Answer, Experiment, Options, Unanswered};
pub use run::live::{Happening, Live, NoServer};
pub use run::sweep::Wanted;
pub use run::{Nobody, Progress, run_one, run_with_timeline};
pub use spec::metric::Metric;
pub use spec::{Error, Loaded, load, load_text};

/// The command line: the program's arguments to its exit code.
#[doc(hidden)]
pub fn main() -> std::process::ExitCode {
    cli::main()
}
