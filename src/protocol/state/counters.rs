//! The status counters of semi-sync (semantics.md 5.4), kept beside the state so that explorers need not hash them.

/// Event counters of one server; counters of time are folds over facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counters {
    /// `Rpl_semi_sync_master_yes_tx`.
    pub yes_tx: u64,
    /// `Rpl_semi_sync_master_no_tx`.
    pub no_tx: u64,
    /// `Rpl_semi_sync_master_no_times`.
    pub no_times: u64,
    /// `Rpl_semi_sync_master_tx_waits`.
    pub tx_waits: u64,
    /// `Rpl_semi_sync_master_net_waits`.
    pub net_waits: u64,
    /// `Rpl_semi_sync_master_wait_pos_backtraverse`.
    pub wait_pos_backtraverse: u64,
    /// MariaDB `Rpl_semi_sync_master_request_ack`.
    pub request_ack: u64,
    /// MariaDB `Rpl_semi_sync_master_get_ack`.
    pub get_ack: u64,
    /// MariaDB `Rpl_semi_sync_slave_send_ack`.
    pub send_ack: u64,
}
