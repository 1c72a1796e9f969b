//! One server of a lab: its tables, its files, its plugins, and what it knows of its upstream.

use super::identity::Identity;
use super::progress::Progress;
use super::relay::RelayLogs;
use super::skip::Skip;
use super::until::Until;
use crate::engine::Moment;
use crate::lesson::binlog::Transaction;
use crate::lesson::store::{Edit, Store};
use crate::lesson::vocabulary::SemiSync;
use crate::protocol::ids::{Gtid, ServerId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// `CHANGE MASTER TO`, as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstream {
    /// `Master_Host`
    pub host: String,
    /// `Master_User`
    pub user: String,
    /// `Master_Port`
    pub port: i64,
    /// `Master_Server_Id`: known once the IO thread has connected.
    pub server_id: u32,
    /// The same, of before RESET: MySQL goes on showing it.
    pub kept_server_id: u32,
    /// `Master_UUID` (MySQL)
    pub uuid: String,
    /// `Using_Gtid` (MariaDB)
    pub using_gtid: &'static str,
    /// Coordinates that are no place in the upstream's binlog: shown as they were said, refused at connect.
    pub wrong: Option<(String, u64)>,
    /// `Master_Log_File`, `Read_Master_Log_Pos`: where it was told to begin.
    pub start: (String, u64),
}

/// A replication error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// `Last_IO_Errno`, `Last_SQL_Errno`
    pub number: u16,
    /// `Last_IO_Error`, `Last_SQL_Error`
    pub text: String,
    /// When, ns.
    pub at: Moment,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Machine {
    /// What it is called and how it is configured.
    pub identity: Identity,
    /// What it will be when it has read its my.cnf.
    pub my_cnf: Identity,
    /// Its tables as others can read them.
    pub store: Store,
    /// Its tables before the first transaction of its history.
    base: Store,
    /// What was committed, in the order of its history.
    committed: Vec<(Gtid, Vec<Edit>)>,
    /// What was executed and is not committed, and what recovery may still commit.
    pending: HashMap<Gtid, Vec<Edit>>,
    /// Its history below this index is in `store`.
    visible: u64,
    /// What was changed without the binlog, and how much of its history was there before.
    unlogged: Vec<(u64, Vec<Edit>)>,
    /// Plugins that were installed.
    pub plugins: HashSet<String>,
    /// What `CHANGE MASTER TO` said.
    pub upstream: Option<Upstream>,
    /// Its relay logs.
    pub relay: RelayLogs,
    /// Why the IO thread does not run, or does not connect.
    pub io_trouble: Trouble,
    /// Why the SQL thread stopped.
    pub sql_trouble: Trouble,
    /// When transactions were written, received and applied here.
    pub progress: Progress,
    /// Transactions that were committed in a group of several (MariaDB writes a longer Gtid event).
    pub grouped: HashSet<Gtid>,
    /// Transactions whose rows its tables hold in other columns than the source's, as its own binlog has them.
    pub reshaped: HashMap<Gtid, Transaction>,
    /// Its first worker has applied rows since the SQL thread started.
    pub worker_has_applied: bool,
    /// Groups that the SQL thread has applied: DDL and row transactions (MariaDB).
    pub applied_groups: (u64, u64),
    /// The highest sequence number that it has seen since its binlog was reset, and whose (MariaDB).
    pub last_seq: Option<(ServerId, u64)>,
    /// `gtid_slave_pos` alone (MariaDB).
    pub slave_pos: Option<(ServerId, u64)>,
    /// Ids of connections handed out so far.
    pub connections: u32,
    /// When it started, ns.
    pub started: Moment,
    /// How often its IO thread has connected, and when it did last.
    pub io_connected: (u32, Moment),
    /// Binlog files that a Rotate event ends, and when it was written, s.
    pub rotated: BTreeMap<u32, u64>,
    /// So many binlog files were purged.
    pub purged: u32,
    /// `START SLAVE UNTIL`, the last one.
    pub until: Option<Until>,
    /// `sql_slave_skip_counter`
    pub skip: Skip,
    /// `SOURCE_DELAY`, s.
    pub delay: u64,
}

impl Machine {
    /// A fresh server.
    pub fn new(identity: Identity) -> Machine {
        Machine {
            my_cnf: identity.clone(),
            identity,
            store: Store::default(),
            base: Store::default(),
            committed: Vec::new(),
            pending: HashMap::new(),
            visible: 0,
            unlogged: Vec::new(),
            plugins: HashSet::new(),
            upstream: None,
            relay: RelayLogs::default(),
            io_trouble: Trouble::default(),
            sql_trouble: Trouble::default(),
            progress: Progress::default(),
            grouped: HashSet::new(),
            applied_groups: (0, 0),
            reshaped: HashMap::new(),
            worker_has_applied: false,
            last_seq: None,
            slave_pos: None,
            connections: 3,
            started: Moment::START,
            io_connected: (0, Moment::START),
            rotated: BTreeMap::new(),
            purged: 0,
            until: None,
            skip: Skip::default(),
            delay: 0,
        }
    }

    /// It starts: what stands in its my.cnf holds.
    pub fn reads_my_cnf(&mut self, semi_sync: &SemiSync) {
        self.identity = Identity {
            // Files go on as they were.
            first_file: self.identity.first_file,
            ..self.my_cnf.clone()
        };
        self.worker_has_applied = false;
        self.applied_groups = (0, 0);
        for half in self.identity.loads_plugins() {
            let mut plugins = semi_sync.plugins().iter();
            let first = plugins.find(|plugin| plugin.half == half);
            if let (Some(first), None) = (first, semi_sync.of(half, &self.plugins)) {
                self.plugins.insert(first.name.to_owned());
            }
        }
    }

    /// Something was changed with `sql_log_bin=0`.
    pub fn changes_unlogged(&mut self, edits: Vec<Edit>) {
        edits.iter().for_each(|edit| self.store.apply(edit));
        self.unlogged.push((self.visible, edits));
    }

    /// A transaction was executed here; its edits wait for its commit.
    pub fn executed(&mut self, gtid: Gtid, edits: Vec<Edit>) {
        self.pending.insert(gtid, edits);
    }

    /// The core has committed its history up to here.
    pub fn committed(&mut self, index: u64, gtid_at: impl Fn(u64) -> Option<Gtid>) {
        while self.visible < index {
            if let Some(gtid) = gtid_at(self.visible)
                && let Some(edits) = self.pending.remove(&gtid)
            {
                edits.iter().for_each(|edit| self.store.apply(edit));
                self.committed.push((gtid, edits));
            }
            self.visible += 1;
        }
    }

    /// The server restarted: its tables hold what recovery left, in the order of its history; then what is in the
    /// tables only.
    pub fn recovered(&mut self, end: u64, rows: impl Fn(Gtid) -> bool, history: Vec<Gtid>) {
        let mut edits: HashMap<Gtid, Vec<Edit>> = std::mem::take(&mut self.pending);
        edits.extend(std::mem::take(&mut self.committed));
        self.store = self.base.clone();
        let mut order = history;
        let mut beyond: Vec<Gtid> = edits
            .keys()
            .copied()
            .filter(|gtid| rows(*gtid) && !order.contains(gtid))
            .collect();
        beyond.sort_unstable();
        order.extend(beyond);
        let kept = std::mem::take(&mut self.unlogged);
        let mut unlogged = kept.iter().peekable();
        for (index, gtid) in (0..).zip(order) {
            while let Some((_, edits)) = unlogged.next_if(|(before, _)| *before <= index) {
                edits.iter().for_each(|edit| self.store.apply(edit));
            }
            if rows(gtid)
                && let Some(edits) = edits.remove(&gtid)
            {
                edits.iter().for_each(|edit| self.store.apply(edit));
                self.committed.push((gtid, edits));
            }
        }
        for (_, edits) in unlogged {
            edits.iter().for_each(|edit| self.store.apply(edit));
        }
        self.unlogged = kept;
        self.visible = end;
    }

    /// A dump is loaded: its tables are these, and the history behind them ends here.
    pub fn loads(&mut self, store: Store, end: u64) {
        self.store = store.clone();
        self.base = store;
        self.committed.clear();
        self.pending.clear();
        self.unlogged.clear();
        self.visible = end;
    }

    /// Its history below this index counts as executed, whatever is in the tables.
    pub fn counts_as_executed(&mut self, index: u64) {
        self.visible = index;
    }

    /// Its own next transaction gets a number behind this one (MariaDB).
    pub fn counts_on_from(&mut self, last: Option<(ServerId, u64)>) {
        if last.map(|(_, seq)| seq) > self.last_seq.map(|(_, seq)| seq) {
            self.last_seq = last;
        }
    }

    /// `RESET MASTER`: what is in the tables stays, the history begins anew.
    pub fn resets(&mut self) {
        let store = self.store.clone();
        self.loads(store, 0);
        self.last_seq = None;
        self.rotated.clear();
        self.purged = 0;
    }

    /// Its history below this index is in its tables.
    pub fn committed_below(&self) -> u64 {
        self.visible
    }

    /// The next connection's Id.
    pub fn connection(&mut self) -> u32 {
        self.connections += 1;
        self.connections
    }
}
