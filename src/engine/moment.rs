//! A moment of a run.

use crate::protocol::ids::Span;
use std::ops::{Add, Sub};

/// A moment of a run, in nanoseconds since its start. Two moments differ by a span, and a span after a moment is another
/// moment; moments cannot be added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The beginning of the run.
    pub const START: Moment = Moment(0);
    /// Later than any run.
    pub const NEVER: Moment = Moment(u64::MAX);

    /// So long after the start.
    pub const fn after(start: Span) -> Moment {
        Moment(start.0)
    }

    /// How long after the start.
    pub const fn since_start(self) -> Span {
        Span(self.0)
    }

    /// How long after another moment; nothing if it is before that.
    pub const fn since(self, earlier: Moment) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Moment {
    type Output = Moment;

    /// What would lie behind the last moment that there is lies there.
    #[inline]
    fn add(self, span: Span) -> Moment {
        Moment(self.0.saturating_add(span.0))
    }
}

impl Sub for Moment {
    type Output = Span;

    #[inline]
    fn sub(self, earlier: Moment) -> Span {
        Span(self.0 - earlier.0)
    }
}
