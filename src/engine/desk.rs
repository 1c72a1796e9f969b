//! What every part of the engine works with at one instant.

use super::agenda::Agenda;
use super::moment::Moment;
use super::slots::Layout;
use crate::plan::Plan;

/// The plan, the agenda and its layout, and the time.
pub struct Desk<'a> {
    /// The plan of the run.
    pub plan: &'a Plan,
    /// Where each slot stands in the agenda.
    pub layout: &'a Layout,
    /// Pending moments.
    pub agenda: &'a mut Agenda,
    /// Simulated time.
    pub now: Moment,
}
