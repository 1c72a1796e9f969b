//! Fencing: `SET GLOBAL read_only=ON` on a master that shall not write, and when (semantics.md 8, "Split brain").

use crate::protocol::state::client::Answer;
use crate::protocol::state::commit::Phase;
use crate::protocol::state::effect::{Effect, Timer};
use crate::protocol::state::fact::{Fact, Outcome};
use crate::protocol::state::ids::{ServerId, SessionId};
use crate::protocol::state::partition::End;
use crate::protocol::state::setup::{Fencing, SetReadOnly};
use crate::protocol::state::variables::Variable;
use crate::protocol::state::world::{Out, World};

impl World {
    /// The manager does not reach this server: a master that watches itself will stop writing.
    pub(super) fn master_may_fence_itself(&mut self, id: ServerId, out: &mut Out) {
        let fencing = self.manager.as_ref().map(|manager| manager.fencing);
        if fencing == Some(Fencing::Itself) && self.server(id).accepts_writes() {
            out.effects.push(Effect::Expect(Timer::Fence(id)));
        }
    }

    /// It has not heard of the manager for long.
    pub(super) fn fences_itself(&mut self, id: ServerId, out: &mut Out) {
        if !self.answers_to(End::Manager, id) {
            self.fence(id, out);
        }
    }

    /// The manager reaches a server that is not the master, and may think that it is.
    pub(super) fn manager_fences(&mut self, id: ServerId, out: &mut Out) {
        let never = self
            .manager
            .as_ref()
            .is_none_or(|manager| manager.fencing == Fencing::Never);
        if !never {
            self.fence(id, out);
        }
    }

    fn fence(&mut self, id: ServerId, out: &mut Out) {
        if !self.server(id).accepts_writes() {
            return;
        }
        let how = self.manager.as_ref().map(|manager| manager.set_read_only);
        match how {
            Some(SetReadOnly::WaitsForCommits) => {
                self.server_mut(id).setting_read_only = true;
                self.setting_read_only = true;
                self.try_set_read_only(id, out);
            }
            _ => self.is_read_only(id, out),
        }
    }

    /// `SET GLOBAL read_only=ON` waits for commits in progress, and new writes wait behind it.
    pub(super) fn set_read_only_on(&mut self, id: ServerId, out: &mut Out) {
        if !self.server(id).variables.read_only {
            self.server_mut(id).setting_read_only = true;
            self.setting_read_only = true;
            self.settings_of_read_only(out);
        }
    }

    /// `SET GLOBAL read_only=OFF`.
    pub(super) fn set_read_only_off(&mut self, id: ServerId, out: &mut Out) {
        self.unfence(id, out);
        let variables = &mut self.server_mut(id).variables;
        variables.set(Variable::ReadOnly(false));
    }

    fn is_read_only(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).variables.read_only = true;
        self.server_mut(id).fenced = true;
        out.note(Fact::Fenced {
            server: id,
            yes: true,
        });
    }

    /// It was cut off, and it is the master after all.
    pub(super) fn unfence(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        if server.setting_read_only {
            server.setting_read_only = false;
            for session in self.held_on(id) {
                self.sessions[session].commit.phase = Phase::Idle;
                self.request(session, out);
            }
        } else if server.fenced {
            server.fenced = false;
            server.variables.set(Variable::ReadOnly(false));
            out.note(Fact::Fenced {
                server: id,
                yes: false,
            });
        }
    }

    /// `SET read_only` hangs behind commits in progress, semi-sync waits among them: is it through?
    pub(super) fn settings_of_read_only(&mut self, out: &mut Out) {
        for id in self.server_ids() {
            if self.server(id).setting_read_only && self.try_set_read_only(id, out) {
                self.setting_read_only = self.servers.iter().any(|server| server.setting_read_only);
            }
        }
    }

    fn try_set_read_only(&mut self, id: ServerId, out: &mut Out) -> bool {
        if self.has_commits_in_progress(id) {
            return false;
        }
        self.server_mut(id).setting_read_only = false;
        self.is_read_only(id, out);
        self.refuse_held(id, out);
        true
    }

    /// Whether a statement that needs the commit lock would hang on this server.
    pub(super) fn has_commits_in_progress(&self, id: ServerId) -> bool {
        self.sessions.iter().any(|session| {
            session.server == id && session.is_busy() && session.commit.phase != Phase::Held
        })
    }

    /// New writes that waited behind `SET read_only` get error 1290.
    pub(super) fn refuse_held(&mut self, id: ServerId, out: &mut Out) {
        for session in self.held_on(id) {
            self.sessions[session].commit.phase = Phase::Idle;
            match self
                .server(id)
                .refuses_writes(self.sessions[session].has_super)
            {
                true => self.answer(session, Answer::Final(Outcome::Refused), out),
                false => self.request(session, out),
            }
        }
    }

    pub(super) fn held_on(&self, id: ServerId) -> Vec<SessionId> {
        let sessions = self.sessions.iter().zip(0u16..);
        sessions
            .filter(|(state, _)| state.server == id && state.commit.phase == Phase::Held)
            .map(|(_, session)| SessionId(session))
            .collect()
    }
}
