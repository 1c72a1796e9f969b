//! The search as stateright sees it: our states and actions behind its `Model`.

use super::action::Action;
use super::bounds::Bounds;
use super::canonical::alike;
use super::properties::Property;
use super::state::State;
use crate::protocol::ids::ServerId;
use crate::protocol::setup::Setup;
use stateright::{Expectation, Model, Property as Asked};
use std::sync::atomic::{AtomicBool, Ordering};

/// A cluster to search, the bounds, and the properties that are asked.
pub struct Search {
    /// The cluster.
    pub setup: Setup,
    /// The bounds.
    pub bounds: Bounds,
    /// The properties.
    pub asked: Vec<Property>,
    /// Servers that may change places.
    pub alike: Vec<ServerId>,
    /// Guarantees that were found broken, and examples that were found: breadth-first the first is the shortest, and
    /// stateright keeps the last, so each is told once.
    told: [AtomicBool; Property::ALL.len()],
}

impl Search {
    /// A search that has not begun.
    pub fn new(setup: Setup, bounds: Bounds, asked: Vec<Property>) -> Search {
        Search {
            alike: alike(&setup, &bounds),
            setup,
            bounds,
            asked,
            told: Default::default(),
        }
    }

    /// What stateright shall hear of a property in a state: news once, and then nothing new.
    fn tell(&self, property: Property, state: &State) -> bool {
        let nothing_new = property.is_always();
        let told = &self.told[property as usize];
        let news = !told.load(Ordering::Relaxed) && property.holds(state) != nothing_new;
        if news {
            told.store(true, Ordering::Relaxed);
        }
        news != nothing_new
    }
}

/// A property as a function without an environment, which is what stateright takes.
macro_rules! asked {
    ($property:expr) => {
        Asked {
            name: $property.name(),
            expectation: if $property.is_always() {
                Expectation::Always
            } else {
                Expectation::Sometimes
            },
            condition: |search: &Search, state: &State| search.tell($property, state),
        }
    };
}

impl Model for Search {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(&self.setup, &self.bounds)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        state.actions(&self.bounds, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let next = last.after(&action, &self.bounds, &mut |_| {});
        Some(next.canonical(&self.alike).0)
    }

    fn properties(&self) -> Vec<Asked<Search>> {
        let all = [
            asked!(Property::NothingAcknowledgedIsLost),
            asked!(Property::NothingVisibleIsLost),
            asked!(Property::NoErrantTransaction),
            asked!(Property::NoHole),
            asked!(Property::AcknowledgementsAreTrue),
            asked!(Property::OneMaster),
            asked!(Property::NothingAcknowledgedAlone),
            asked!(Property::CountersAddUp),
            asked!(Property::SomethingAcknowledged),
            asked!(Property::FailoverCompletes),
            asked!(Property::SemiSyncComesBack),
        ];
        let wanted = |asked: &Asked<Search>| {
            self.asked
                .iter()
                .any(|property| property.name() == asked.name)
        };
        all.into_iter().filter(wanted).collect()
    }
}
