//! What the guard has done with writes.

/// What the guard has done with writes on the serving master.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keeping {
    /// Enough replicas are connected.
    Open,
    /// Too few are; the guard makes sure. Commits hang meanwhile.
    Suspecting,
    /// `SET read_only` waits for commits that hang; new writes wait behind it.
    Setting,
    /// New writes get error 1290.
    Off,
    /// A replica is back and far behind: writes are on, and asynchronous (stage a).
    Exposed,
    /// It is nearer than the limit: writes are off until it has everything (stage b).
    CatchingUp,
}
