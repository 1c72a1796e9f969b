//! Threads of a replica that `STOP SLAVE` stops and `START SLAVE` starts.

use super::effect::Input;
use super::ids::ServerId;
use super::replica::Replica;

/// Which thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ThreadKind {
    /// The IO thread.
    Io,
    /// The SQL thread.
    Sql,
}

/// A thread of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thread {
    /// Which.
    pub kind: ThreadKind,
    /// Whose.
    pub replica: ServerId,
}

impl ThreadKind {
    /// Every kind.
    pub const ALL: [ThreadKind; 2] = [ThreadKind::Io, ThreadKind::Sql];

    /// As statements and people name it: `IO`, `SQL`.
    pub const fn name(self) -> &'static str {
        match self {
            ThreadKind::Io => "IO",
            ThreadKind::Sql => "SQL",
        }
    }

    /// The fault that stops it, as descriptions have it.
    pub const fn fault(self) -> &'static str {
        match self {
            ThreadKind::Io => "stop_io_thread",
            ThreadKind::Sql => "stop_sql_thread",
        }
    }

    /// This thread of a replica.
    pub const fn of(self, replica: ServerId) -> Thread {
        Thread {
            kind: self,
            replica,
        }
    }
}

impl Thread {
    /// `STOP SLAVE`.
    pub fn stop(self) -> Input {
        match self.kind {
            ThreadKind::Io => Input::StopIoThread(self.replica),
            ThreadKind::Sql => Input::StopSqlThread(self.replica),
        }
    }

    /// `START SLAVE`.
    pub fn start(self) -> Input {
        match self.kind {
            ThreadKind::Io => Input::StartIoThread(self.replica),
            ThreadKind::Sql => Input::StartSqlThread(self.replica),
        }
    }

    /// Whether it runs on its replica.
    pub fn runs(self, on: &Replica) -> bool {
        match self.kind {
            ThreadKind::Io => on.io_running,
            ThreadKind::Sql => on.sql_running,
        }
    }

    /// As people call it.
    pub fn name(self, names: &[String]) -> String {
        let name = &names[usize::from(self.replica.0)];
        format!("{} thread of {name}", self.kind.name())
    }
}
