//! A check: the search run to its end, and what it says of each property.

use super::action::Action;
use super::bounds::Bounds;
use super::canonical::in_own_names;
use super::model::Search;
use super::properties::Property;
use crate::protocol::ids::Span;
use crate::protocol::setup::Setup;
use stateright::{Checker, Model};

/// What a search says of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A guarantee holds in every state within the bounds; something that should happen does happen.
    Holds,
    /// A guarantee does not hold; something never happens.
    Fails,
    /// The bound on states came first, or something that matters was not searched.
    Undecided,
}

impl Verdict {
    /// As the document has it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Fails => "fails",
            Verdict::Undecided => "undecided",
        }
    }
}

/// A property, what was found, and the shortest way there: a counterexample of a guarantee, an example of what
/// sometimes happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The property.
    pub property: Property,
    /// The verdict.
    pub verdict: Verdict,
    /// What happens on the way, from the state at rest.
    pub way: Option<Vec<Action>>,
}

/// A finished search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Different states.
    pub states: usize,
    /// The longest way to one of them.
    pub depth: usize,
    /// Whether all states within the bounds were seen.
    pub complete: bool,
    /// What was found, in the order of the question.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// What was found of a property.
    pub fn of(&self, property: Property) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|found| found.property == property)
    }
}

/// The properties that make sense for a cluster within bounds.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other properties hold")]
pub fn questions(setup: &Setup, bounds: &Bounds) -> Vec<Property> {
    let semi_sync = setup.servers.iter().any(|at| at.variables.semi_sync_master);
    let master_dies =
        bounds.crashes > 0 && (bounds.victims.iter()).any(|group| group.contains(&setup.master));
    let fails_over = bounds.failovers > 0
        && setup.manager.is_some()
        && (master_dies || !bounds.partitions.is_empty());
    let waits = &setup.servers[usize::from(setup.master.0)].variables;
    let falls_back = bounds.time_outs > 0 && waits.semi_sync_timeout != Span::FOREVER;
    let blocked = setup.guard.is_some();
    Property::ALL
        .into_iter()
        .filter(|property| match property {
            Property::NothingAcknowledgedAlone => blocked,
            Property::CountersAddUp => bounds.counters,
            Property::FailoverCompletes => fails_over,
            Property::SemiSyncComesBack => semi_sync && falls_back,
            _ => true,
        })
        .collect()
}

fn search(setup: &Setup, bounds: &Bounds, asked: Vec<Property>) -> Search {
    let mut setup = setup.clone();
    setup.sessions = bounds.sessions;
    setup.spare_sessions = 0;
    Search::new(setup, bounds.clone(), asked)
}

/// Searches every order of events within the bounds, breadth-first: what it finds, it finds on the shortest way.
pub fn check(setup: &Setup, bounds: &Bounds) -> Checked {
    check_only(setup, bounds, questions(setup, bounds))
}

/// The same for these properties. A guarantee that holds is undecided where what is not searched could break it.
pub fn check_only(setup: &Setup, bounds: &Bounds, asked: Vec<Property>) -> Checked {
    let mut checked = ask(setup, bounds, asked);
    if bounds.leaves_undecided(setup) {
        for finding in &mut checked.findings {
            if finding.property.is_always() && finding.verdict == Verdict::Holds {
                finding.verdict = Verdict::Undecided;
            }
        }
    }
    checked
}

/// Asks for these properties only, and ends as soon as the last of them is decided.
pub fn ask(setup: &Setup, bounds: &Bounds, asked: Vec<Property>) -> Checked {
    let most = bounds.most_states;
    let search = search(setup, bounds, asked.clone());
    // One thread: with more, the first way found need not be the shortest.
    let builder = search.checker().threads(1).target_state_count(most);
    let checker = builder.spawn_bfs().join();
    let search = checker.model();
    let complete = checker.state_count() < most;
    let mut found = checker.discoveries();
    let findings = asked.into_iter().map(|property| {
        let way = found
            .remove(property.name())
            .map(|path| path.into_actions())
            .map(|way| in_own_names(&search.setup, bounds, &search.alike, &way));
        let verdict = match (&way, property.is_always(), complete) {
            (Some(_), true, _) => Verdict::Fails,
            (Some(_), false, _) => Verdict::Holds,
            (None, _, false) => Verdict::Undecided,
            (None, true, true) => Verdict::Holds,
            (None, false, true) => Verdict::Fails,
        };
        Finding {
            property,
            verdict,
            way,
        }
    });
    Checked {
        findings: findings.collect(),
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        complete,
    }
}
