//! A cluster before its first event, and how it starts.

use crate::protocol::state::client::{Reader, Session};
use crate::protocol::state::commit::Commit;
use crate::protocol::state::effect::{Effect, Timer};
use crate::protocol::state::failover::Failover;
use crate::protocol::state::guard::Keeping;
use crate::protocol::state::ids::{ServerId, Span};
use crate::protocol::state::link::Link;
use crate::protocol::state::partition::Cuts;
use crate::protocol::state::rows::Rows;
use crate::protocol::state::server::Server;
use crate::protocol::state::setup::Setup;
use crate::protocol::state::world::{Out, World};

impl World {
    /// A cluster at rest: all servers up, nothing connected yet. `start` connects it.
    pub fn new(setup: &Setup) -> World {
        let servers = setup.servers.iter().zip(0u8..);
        World {
            shape: setup.shape.clone(),
            servers: servers
                .map(|(setup, id)| {
                    let mut server = Server::new(ServerId(id), setup);
                    if setup.variables.semi_sync_master {
                        server.semi_sync.enable(&setup.variables);
                    }
                    server
                })
                .collect(),
            links: setup.servers.iter().map(|_| Link::default()).collect(),
            clients: setup.sessions,
            client_places: setup.client_places,
            cuts: Cuts::none(setup.servers.len(), setup.client_places),
            sessions: (0..setup.sessions + setup.spare_sessions)
                .map(|_| Session {
                    server: setup.master,
                    commit: Commit::default(),
                    requests_done: 0,
                    rows: Rows::default(),
                    rows_wanted: 0,
                    rows_locked: 0,
                    keeps_rows: false,
                    has_super: false,
                    answer: None,
                    awaited: false,
                    request_is_stuck: false,
                })
                .collect(),
            readers: vec![Reader::default(); usize::from(setup.readers)],
            serving: Some(setup.master),
            manager: setup.manager.clone(),
            failover: Failover::Watching,
            guard: setup.guard,
            keeping: Keeping::Open,
            clocks: setup
                .servers
                .iter()
                .any(|server| server.variables.workers > 1),
            setting_read_only: false,
            commit_locks: false,
        }
    }

    /// Connects every replica that has an upstream, and starts the servers' background threads.
    pub fn start(&mut self, out: &mut Out) {
        if let Some(master) = self.serving {
            self.server_mut(master).was_master = true;
        }
        for id in self.server_ids() {
            self.start_background(id, out);
            if self.server(id).replica.upstream.is_some() {
                self.start_io_thread(id, out);
                self.server_mut(id).replica.sql_running = true;
            }
        }
    }

    pub(super) fn start_background(&mut self, id: ServerId, out: &mut Out) {
        if self.server(id).depends_on_background_flush() {
            out.effects
                .push(Effect::Arm(Timer::RedoBackground(id), Span::seconds(1)));
        }
    }
}
