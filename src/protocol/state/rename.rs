//! Other numbers for the servers: what interchangeable replicas did is the same story whichever of them did it.

use super::ids::{Gtid, Origin, ServerId, SessionId};
use std::collections::VecDeque;

/// Something that names servers by number: `to[old]` is the new number.
pub trait Rename {
    /// Gives every server its new number.
    fn rename(&mut self, to: &[ServerId]);
}

/// A struct is renamed by renaming its first fields; those in brackets name no server. Who adds a field has to say
/// which it is.
macro_rules! renames {
    ($type:ident { $($field:ident),+ $(,)? }, [$($other:ident),* $(,)?]) => {
        impl crate::protocol::state::rename::Rename for $type {
            fn rename(&mut self, to: &[crate::protocol::state::ids::ServerId]) {
                let $type { $($field,)+ $($other: _,)* } = self;
                $($field.rename(to);)+
            }
        }
    };
}
pub(in crate::protocol) use renames;

impl Rename for ServerId {
    fn rename(&mut self, to: &[ServerId]) {
        *self = to[usize::from(self.0)];
    }
}

impl<T: Rename> Rename for Option<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<T: Rename> Rename for Vec<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<T: Rename> Rename for VecDeque<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<A: Rename, B> Rename for (A, B) {
    fn rename(&mut self, to: &[ServerId]) {
        self.0.rename(to);
    }
}

renames!(Origin { server }, [epoch]);
renames!(Gtid { origin }, [number]);

impl Rename for SessionId {
    fn rename(&mut self, _: &[ServerId]) {}
}
