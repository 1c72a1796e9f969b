//! Events at which a lab can be stopped.

use crate::protocol::fact::Fact;

/// Events at which a lab can be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopAt {
    /// A transaction is written to a binlog.
    Logged,
    /// An fsync of a binlog ends.
    Fsync,
    /// A transaction can be read.
    Visible,
    /// A dump thread has sent.
    Sent,
    /// An IO thread has written its relay log.
    Received,
    /// A master has handled an acknowledgement.
    Acknowledged,
}

impl StopAt {
    /// All of them.
    pub const ALL: [StopAt; 6] = [
        StopAt::Logged,
        StopAt::Fsync,
        StopAt::Visible,
        StopAt::Sent,
        StopAt::Received,
        StopAt::Acknowledged,
    ];

    /// As a trace names them.
    pub fn name(self) -> &'static str {
        match self {
            StopAt::Logged => "logged",
            StopAt::Fsync => "fsync",
            StopAt::Visible => "visible",
            StopAt::Sent => "sent",
            StopAt::Received => "received",
            StopAt::Acknowledged => "acknowledged",
        }
    }

    /// The event that a fact is.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn of(fact: &Fact) -> Option<StopAt> {
        match fact {
            Fact::Logged { .. } => Some(StopAt::Logged),
            Fact::Visible { .. } => Some(StopAt::Visible),
            Fact::Sent { .. } => Some(StopAt::Sent),
            Fact::Received { .. } => Some(StopAt::Received),
            Fact::Acknowledged { .. } => Some(StopAt::Acknowledged),
            _ => None,
        }
    }
}
