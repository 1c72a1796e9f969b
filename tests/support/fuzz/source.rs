//! Choices drawn from bytes. When they run out every choice is the first one, so that shorter inputs are simpler ones.

use arbitrary::Unstructured;

/// How far inputs go from what people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    /// Within what people write.
    Ordinary,
    /// Right, with numbers far from ordinary.
    Extreme,
    /// Slightly broken.
    Broken,
}

/// Bytes to choose by.
pub struct Source<'a> {
    bytes: Unstructured<'a>,
    /// Decided by the first byte: 13 of 20 inputs are ordinary, 3 extreme, 4 broken.
    pub temper: Temper,
}

impl<'a> Source<'a> {
    /// Choices by these bytes.
    pub fn new(bytes: &'a [u8]) -> Source<'a> {
        let mut source = Source {
            bytes: Unstructured::new(bytes),
            temper: Temper::Ordinary,
        };
        source.temper = match source.number(0, 19) {
            0..13 => Temper::Ordinary,
            13..16 => Temper::Extreme,
            _ => Temper::Broken,
        };
        source
    }

    /// A number between these, both included.
    pub fn number(&mut self, low: u64, high: u64) -> u64 {
        self.bytes.int_in_range(low..=high).unwrap_or(low)
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.number(1, times) == times && times > 1
    }

    /// True or false.
    pub fn coin(&mut self) -> bool {
        self.one_in(2)
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, among: &[T]) -> T {
        let at = self.number(0, among.len() as u64 - 1);
        among[at as usize].clone()
    }

    /// A number that extreme inputs take from beyond its usual range now and then.
    pub fn number_or(&mut self, low: u64, high: u64, beyond: &[u64]) -> u64 {
        match self.temper == Temper::Extreme && self.one_in(12) {
            true => self.pick(beyond),
            false => self.number(low, high),
        }
    }

    /// The bytes that are left are used up.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
