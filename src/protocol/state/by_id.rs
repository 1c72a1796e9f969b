//! Lists with one entry for each server, or for each session, that only the right kind of id looks up.

use super::ids::{ServerId, SessionId};
use super::rename::Rename;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut};

/// Numbers from 0 on, without gaps.
pub trait Id: Copy {
    /// Its place in a list of all.
    fn place(self) -> usize;

    /// The id at a place.
    fn at(place: usize) -> Self;
}

impl Id for ServerId {
    fn place(self) -> usize {
        usize::from(self.0)
    }

    fn at(place: usize) -> ServerId {
        ServerId(place as u8)
    }
}

impl Id for SessionId {
    fn place(self) -> usize {
        usize::from(self.0)
    }

    fn at(place: usize) -> SessionId {
        SessionId(place as u16)
    }
}

/// One value for each id, in the order of the ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ById<I, T> {
    list: Vec<T>,
    by: PhantomData<I>,
}

impl<I: Id, T> ById<I, T> {
    /// Every id that has an entry.
    pub fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.list.len()).map(I::at)
    }

    /// Exchanges the values of two ids.
    pub fn swap(&mut self, one: I, other: I) {
        self.list.swap(one.place(), other.place());
    }
}

impl<I, T> From<Vec<T>> for ById<I, T> {
    fn from(list: Vec<T>) -> ById<I, T> {
        ById {
            list,
            by: PhantomData,
        }
    }
}

impl<I, T> Default for ById<I, T> {
    fn default() -> ById<I, T> {
        Vec::new().into()
    }
}

impl<I, T> FromIterator<T> for ById<I, T> {
    fn from_iter<L: IntoIterator<Item = T>>(values: L) -> ById<I, T> {
        Vec::from_iter(values).into()
    }
}

impl<I: Id, T> Index<I> for ById<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.list[id.place()]
    }
}

impl<I: Id, T> IndexMut<I> for ById<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.list[id.place()]
    }
}

impl<I, T> Deref for ById<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.list
    }
}

impl<I, T> DerefMut for ById<I, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.list
    }
}

impl<'a, I, T> IntoIterator for &'a ById<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut ById<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter_mut()
    }
}

impl<I, T: Rename> Rename for ById<I, T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.list.rename(to);
    }
}
