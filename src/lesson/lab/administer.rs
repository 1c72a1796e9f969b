//! Statements of an administrator on a server of the lab.

use super::Lab;
use super::machine::{Machine, Trouble, Upstream};
use crate::lesson::show;
use crate::lesson::sql::statement::{Statement, Threads};
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::vocabulary::Said;
use crate::lesson::vocabulary::semi_sync::{Half, SemiSync, plugin_exists};
use crate::protocol::effect::Input;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{Position, ServerId, SessionId};
use crate::protocol::task::Task;
use crate::protocol::variables::{Positioning, Variable};

impl Lab<'_> {
    /// Such a statement; its answer.
    pub(super) fn administer(
        &mut self,
        id: ServerId,
        session: SessionId,
        statement: Statement,
    ) -> Result<String, String> {
        let noted = match statement {
            Statement::ChangeMaster(said) => self.change_master(id, said)?,
            Statement::StartSlave(threads, until) => self.start_slave(id, threads, until)?,
            Statement::StopSlave(threads) => Ok(self.stop_slave(id, threads)),
            Statement::ResetSlave(forgets) => self.reset_slave(id, forgets),
            Statement::ResetMaster => return self.reset_master(id),
            Statement::Shutdown => {
                self.input(Input::Shutdown(id));
                Ok(Vec::new())
            }
            Statement::Purge(what) => return Ok(self.purge(id, &what)),
            Statement::UninstallPlugin(plugin) => self.uninstall_plugin(id, &plugin),
            Statement::InstallPlugin(plugin, file) => self.install_plugin(id, &plugin, &file),
            Statement::Kill(what, connection) => self.kill(id, what, connection)?,
            other @ (Statement::Change(_)
            | Statement::Use(_)
            | Statement::Select(_)
            | Statement::Show(..)
            | Statement::Set(_)
            | Statement::SetNothing
            | Statement::Begin(_)
            | Statement::Commit
            | Statement::Rollback
            | Statement::Flush(_)
            | Statement::UnlockTables) => {
                return Err(format!("{other:?} is not a statement of an administrator"));
            }
        };
        Ok(match noted {
            Ok(notes) => {
                let warnings = notes.len() as u32;
                if warnings > 0 {
                    self.seen.connections[session].notes = notes;
                }
                show::ok(warnings, &self.seen.words)
            }
            Err(error) => error.printed(),
        })
    }

    pub(super) fn input(&mut self, input: Input) {
        self.simulation.input(input, &mut self.seen);
    }

    /// A model says that a server replicates from the start: as if it had been told so.
    pub(super) fn replicates_from_the_start(&mut self, id: ServerId, upstream: ServerId) {
        let of = self.seen.machine(upstream).identity.clone();
        let gtid = self.simulation.world.server(id).variables.positioning == Positioning::Gtid;
        let start = (!gtid).then_some(Position { file: 1, index: 0 });
        let start = start.map(|start| {
            self.seen
                .coordinates(upstream, start, &self.simulation.world)
        });
        let machine = self.deletes_relay_logs(id);
        machine.upstream = Some(Upstream {
            host: of.name,
            user: "repl".to_owned(),
            port: 3306,
            using_gtid: if gtid { "Slave_Pos" } else { "No" },
            start: start.unwrap_or((String::new(), 4)),
            ..Upstream::default()
        });
        let machine = self.seen.machine_mut(upstream);
        let user = crate::lesson::store::Edit::User("'repl'@'%'".to_owned());
        machine.store.apply(&user);
        let store = machine.store.clone();
        machine.loads(store, 0);
    }

    pub(super) fn running(&self, id: ServerId) -> Threads {
        let replica = &self.simulation.world.server(id).replica;
        Threads {
            io: replica.io_running,
            sql: replica.sql_running,
        }
    }

    /// An error while threads of a replica run.
    pub(super) fn must_be_stopped(&self, id: ServerId, refused: Said) -> Result<(), SqlError> {
        let running = self.running(id);
        if !running.io && !running.sql {
            return Ok(());
        }
        Err(SqlError::new(refused.0, "HY000", refused.1))
    }

    /// All relay logs are deleted and a first one begins; nothing is wrong any more.
    pub(super) fn deletes_relay_logs(&mut self, id: ServerId) -> &mut Machine {
        let end = self.simulation.world.server(id).replica.relay.end();
        // The new file names nothing that stood in the old ones.
        self.seen.machine_mut(id).relay.since = end;
        let own = self.seen.relay_head(id, &self.simulation.world);
        let machine = self.seen.machine_mut(id);
        machine.relay.reset(own, end);
        machine.progress.begins_anew();
        machine.io_trouble = Trouble::default();
        machine.sql_trouble = Trouble::default();
        machine
    }

    fn reset_master(&mut self, id: ServerId) -> Result<String, String> {
        let world = &self.simulation.world;
        let name = self.seen.machine(id).identity.name.clone();
        let dumps = || {
            world
                .server_ids()
                .filter(|other| world.link(*other).dump.on == Some(id))
        };
        let followed = dumps().any(|other| world.server(other).replica.connected);
        // Those whose replica has gone and who have not noticed.
        let left: Vec<ServerId> = dumps().collect();
        if followed || world.server(id).replica.io_running || world.server(id).replica.sql_running {
            return Err(format!(
                "RESET MASTER on {name} while somebody replicates from it, or it from somebody, is not modelled: STOP SLAVE first"
            ));
        }
        let busy = world
            .sessions
            .iter()
            .any(|session| session.server == id && session.is_busy());
        let server = self.simulation.world.server(id);
        if busy || !server.replica.workers.iter().all(Task::is_idle) {
            return Err(format!(
                "RESET MASTER on {name} while commits are under way is not modelled"
            ));
        }
        for replica in left {
            self.input(Input::KillDump(replica));
        }
        let since = self.seen.machine(id).relay.since;
        self.input(Input::ResetMaster(id, since));
        self.seen.times.forget(id);
        self.seen.machine_mut(id).resets();
        self.seen.machine_mut(id).identity.first_file = 1;
        if self.seen.rules.gtids == Gtids::Sequence {
            // What it has executed of others is known elsewhere.
            let last = self.seen.machine(id).slave_pos;
            self.sets_slave_pos(id, last);
        }
        Ok(show::ok(0, &self.seen.words))
    }

    fn install_plugin(
        &mut self,
        id: ServerId,
        plugin: &str,
        file: &str,
    ) -> Result<Vec<Note>, SqlError> {
        let errors = self.seen.words.errors;
        let SemiSync::Plugins(plugins) = self.seen.words.semi_sync else {
            return Err((errors.no_library)(file));
        };
        if self
            .seen
            .machine(id)
            .plugins
            .contains(&plugin.to_ascii_lowercase())
        {
            return Err(plugin_exists(plugin));
        }
        let found = plugins.iter().find(|known| known.file == file);
        let found = found.ok_or_else(|| (errors.no_library)(file))?;
        if !found.name.eq_ignore_ascii_case(plugin) {
            let text = format!("Can't find symbol '{plugin}' in library");
            return Err(SqlError::new(1127, "HY000", text));
        }
        if self.seen.semi_sync(id, found.half).is_some() {
            // One half has one implementation at a time.
            let text = format!(
                "Can't initialize function '{plugin}'; Plugin initialization function failed."
            );
            return Err(SqlError::new(1123, "HY000", text));
        }
        let name = found.name.to_owned();
        self.seen.machine_mut(id).plugins.insert(name);
        Ok(Vec::new())
    }

    fn uninstall_plugin(&mut self, id: ServerId, plugin: &str) -> Result<Vec<Note>, SqlError> {
        let name = plugin.to_ascii_lowercase();
        let mut plugins = self.seen.words.semi_sync.plugins().iter();
        let known = plugins.find(|known| known.name == name);
        let installed = self.seen.machine(id).plugins.contains(&name);
        let Some(known) = known.filter(|_| installed) else {
            let text = format!("PLUGIN {plugin} does not exist");
            return Err(SqlError::new(1305, "42000", text));
        };
        if self.is_used(id, known.half) {
            let (source, replica) = (
                self.seen.words.source,
                self.seen.words.replica.to_lowercase(),
            );
            let first = match known.half {
                Half::Source => {
                    format!("Stop any active semisynchronous {replica}s of this {source} first.")
                }
                Half::Replica => {
                    format!("Stop any active semisynchronous I/O threads on this {replica} first.")
                }
            };
            let text = format!("Plugin '{plugin}' cannot be uninstalled now. {first}");
            return Err(SqlError::new(1883, "HY000", text));
        }
        self.seen.machine_mut(id).plugins.remove(&name);
        // Semi-sync is over; the plugin takes its variables with it.
        let off = match known.half {
            Half::Source => Variable::SemiSyncMaster(false),
            Half::Replica => Variable::SemiSyncSlave(false),
        };
        self.input(Input::Set(id, off));
        Ok(Vec::new())
    }

    /// Whether semi-sync connections need a half of it.
    fn is_used(&self, id: ServerId, half: Half) -> bool {
        let world = &self.simulation.world;
        let acknowledges = |replica: &ServerId| {
            world.link(*replica).semi_sync && world.server(*replica).replica.connected
        };
        match half {
            Half::Replica => acknowledges(&id),
            Half::Source => {
                let mut replicas = world.server_ids();
                replicas.any(|replica| {
                    world.link(replica).dump.on == Some(id) && acknowledges(&replica)
                })
            }
        }
    }
}
