//! AUTO_INCREMENT: which numbers the rows of an INSERT get, and where the table's counter goes on.
//!
//! Asked of MySQL 9.7, MariaDB 10.11 and 11.8 (`innodb_autoinc_lock_mode` 1 and 2 alike): a statement reserves a number for each
//! of its rows at its first row that needs one, and what it does not use is lost, as is what a failed or rolled back one has used.

/// The counter of a table while a statement inserts rows.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// What the table goes on with, at the least.
    pub next: i64,
    increment: (i64, i64),
    /// Rows of the statement that have none of the reserved numbers yet.
    left: i64,
    rows: i64,
    /// Times that numbers were reserved.
    reserved: u32,
    /// The next number for a row, and the end of what was reserved.
    own: i64,
    end: i64,
}

impl Counter {
    /// Of a table whose next number is this one, for a statement of so many rows.
    pub fn new(next: i64, increment: (i64, i64), rows: usize) -> Counter {
        Counter {
            next,
            increment,
            left: 0,
            rows: rows as i64,
            reserved: 0,
            own: 0,
            end: 0,
        }
    }

    /// The source has handed out numbers from here on.
    pub fn replayed(&mut self, first: i64) {
        (self.own, self.end) = (first, i64::MAX);
    }

    /// The number of a row that says none.
    pub fn hands_out(&mut self) -> i64 {
        if self.own >= self.end {
            let wanted = match self.reserved {
                0 => self.rows,
                times => 1 << times.min(16),
            };
            if self.left == 0 {
                self.left = wanted;
            }
            self.own = next_number(self.next.max(self.own), self.increment);
            let span = self.left.saturating_mul(self.increment.0);
            self.end = self.own.saturating_add(span);
            self.next = self.next.max(self.end);
            self.reserved += 1;
        }
        let number = self.own;
        self.own = number.saturating_add(self.increment.0);
        self.left = (self.left - 1).max(0);
        number
    }

    /// A row says its number.
    pub fn is_said(&mut self, number: i64) {
        if self.own > 0 && number >= self.own {
            self.own = next_number(number.saturating_add(1), self.increment);
        }
        self.left = (self.left - 1).max(0);
    }

    /// A row with this number stands in the table.
    pub fn is_written(&mut self, number: i64) {
        self.next = self.next.max(number.saturating_add(1));
    }
}

/// The smallest number from here on that `auto_increment_increment` and `_offset` allow (semantics.md 8).
pub fn next_number(at_least: i64, (increment, offset): (i64, i64)) -> i64 {
    if at_least <= offset {
        return offset;
    }
    let [at_least, increment, offset] = [at_least, increment, offset].map(i128::from);
    let number = offset + (at_least - offset + increment - 1) / increment * increment;
    i64::try_from(number).unwrap_or(i64::MAX)
}
