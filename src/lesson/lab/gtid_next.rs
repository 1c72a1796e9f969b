//! `gtid_next` (MySQL): a transaction without changes gets the GTID of one that is to be skipped.

use super::gtids::UuidSet;
use super::{Lab, Reply};
use crate::lesson::binlog::Transaction;
use crate::lesson::show;
use crate::lesson::store::errors::SqlError;
use crate::protocol::effect::Input;
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use std::rc::Rc;

/// `gtid_next` of a connection, if it is a GTID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GtidNext {
    /// As it was written.
    pub text: String,
    /// Whose transaction it is.
    pub gtid: Gtid,
    /// A transaction has got it: the connection has to be told what comes next.
    pub is_used: bool,
}

impl Lab<'_> {
    /// `SET gtid_next`; an answer, if it is not a plain OK.
    pub(super) fn sets_gtid_next(
        &mut self,
        session: SessionId,
        said: &str,
    ) -> Option<Result<Reply, String>> {
        if self.seen.connections[session].transaction.is_some() {
            let text =
                "The system variable gtid_next cannot be set when there is an ongoing transaction.";
            return Some(Ok(Reply::Answer(
                SqlError::new(1766, "HY000", text).printed(),
            )));
        }
        self.seen.connections[session].gtid_next = None;
        if said.eq_ignore_ascii_case("AUTOMATIC") {
            return None;
        }
        if said.eq_ignore_ascii_case("ANONYMOUS") {
            return Some(Err("gtid_next='ANONYMOUS' is not modelled".to_owned()));
        }
        if UuidSet::parse(said).is_err() || said.matches(':').count() != 1 {
            let text = format!("Malformed GTID specification '{said}'.");
            return Some(Ok(Reply::Answer(
                SqlError::new(1774, "HY000", text).printed(),
            )));
        }
        let Some(gtid) = self.gtid_named(said) else {
            let known = self.servers().join(", ");
            return Some(Err(format!(
                "gtid_next='{said}' is no GTID of a server of this lab ({known})"
            )));
        };
        self.seen.connections[session].gtid_next = Some(GtidNext {
            text: said.to_owned(),
            gtid,
            is_used: false,
        });
        None
    }

    /// The transaction that a GTID names, or would name.
    fn gtid_named(&self, text: &str) -> Option<Gtid> {
        let (uuid, number) = text.split_once(':')?;
        let number: u64 = number.trim().parse().ok().filter(|number| *number > 0)?;
        let uuid = uuid.trim().to_ascii_lowercase();
        let world = &self.simulation.world;
        let of = world
            .server_ids()
            .find(|id| self.seen.machine(*id).identity.uuid == uuid)?;
        let wanted = format!("{uuid}:{number}");
        let known = world.servers.iter().find_map(|server| {
            let all = (0..server.history.end()).filter_map(|at| server.history.get(at));
            all.filter(|gtid| gtid.origin.server == of)
                .find(|gtid| self.seen.gtid_text(*gtid) == wanted)
        });
        let origin = world.server(of).numbering.origin;
        Some(known.unwrap_or(Gtid { origin, number }))
    }

    /// Why a connection whose `gtid_next` is a GTID cannot execute a change: an answer, or that it is not modelled.
    pub(super) fn gtid_next_forbids(&self, session: SessionId) -> Option<Result<Reply, String>> {
        let next = self.seen.connections[session].gtid_next.as_ref()?;
        if !next.is_used {
            return Some(Err("changes under a gtid_next of their own are not modelled: BEGIN and COMMIT an empty transaction, \
                             or SET gtid_next='AUTOMATIC'"
                .to_owned()));
        }
        let text = format!(
            "When @@SESSION.GTID_NEXT is set to a GTID, you must explicitly set it to a different value after a COMMIT or \
             ROLLBACK. Please check GTID_NEXT variable manual page for detailed explanation. Current @@SESSION.GTID_NEXT is \
             '{}'.",
            next.text
        );
        Some(Ok(Reply::Answer(
            SqlError::new(1837, "HY000", text).printed(),
        )))
    }

    /// `COMMIT` of a transaction without changes: it gets the connection's `gtid_next`.
    pub(super) fn commits_empty(
        &mut self,
        id: ServerId,
        session: SessionId,
    ) -> Option<Result<Reply, String>> {
        let now = self.seen.seconds(self.now());
        let next = self.seen.connections[session].gtid_next.as_mut()?;
        if std::mem::replace(&mut next.is_used, true) {
            return None;
        }
        let gtid = next.gtid;
        let world = &self.simulation.world;
        let server = world.server(id);
        if server.replica.sql_running || server.committed < server.history.end() {
            return Some(Err("an empty transaction while something else is committed is not modelled: STOP the SQL thread first"
                .to_owned()));
        }
        if !server.history.has_gtid(gtid) {
            let empty = Transaction::empty(&self.seen.words, now);
            self.seen.transactions.entry(gtid).or_insert(Rc::new(empty));
            self.input(Input::CommitEmpty(id, gtid));
        }
        Some(Ok(Reply::Answer(show::ok(0, &self.seen.words))))
    }
}
