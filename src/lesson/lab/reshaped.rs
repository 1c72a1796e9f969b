//! What a replica whose tables have other columns than its source's writes into its own binlog.

use super::seen::Seen;
use crate::lesson::binlog::{Body, Transaction};
use crate::lesson::store::execute::{Image, RowsImage};
use crate::lesson::store::value::Value;
use crate::lesson::store::{Edit, Row, Store};
use crate::protocol::ids::{Gtid, ServerId};
use std::collections::BTreeMap;

impl Seen {
    /// A transaction as it stands in a server's binlog.
    pub fn transaction(&self, on: ServerId, gtid: Gtid) -> Option<&Transaction> {
        let own = self.machine(on).reshaped.get(&gtid);
        own.or_else(|| self.transactions.get(&gtid).map(AsRef::as_ref))
    }
}

/// The same transaction with rows as they are here, if a table differs; `edits` are what each statement changes.
pub(super) fn reshaped(
    seen: &Seen,
    store: &Store,
    transaction: &Transaction,
    edits: &[Vec<Edit>],
) -> Option<Transaction> {
    // Rows change no columns: mostly there is nothing to do, and no table to copy.
    let differs = |body: &Body| match body {
        Body::Rows(image) => has_other_columns(store, image),
        Body::Statement(..) => false,
    };
    if !transaction.statements.iter().any(|one| differs(&one.body)) {
        return None;
    }
    let mut store = store.clone();
    let mut images = Vec::new();
    for (statement, edits) in transaction.statements.iter().zip(edits) {
        images.push(match &statement.body {
            Body::Rows(image) => as_here(&store, image, edits),
            Body::Statement(..) => None,
        });
        edits.iter().for_each(|edit| store.apply(edit));
    }
    let differs = images.iter().any(Option::is_some);
    differs.then(|| transaction.with_rows(&seen.words, &images))
}

fn has_other_columns(store: &Store, image: &RowsImage) -> bool {
    let table = store.table(&image.table);
    table.is_some_and(|table| {
        !(table.columns.iter().map(|column| column.kind)).eq(image.columns.iter().copied())
    })
}

/// Rows in the columns of the table here, if those are others.
#[expect(clippy::wildcard_enum_match_arm, reason = "rows are put and removed")]
fn as_here(store: &Store, image: &RowsImage, edits: &[Edit]) -> Option<RowsImage> {
    let table = store.table(&image.table)?;
    let columns: Vec<_> = table.columns.iter().map(|column| column.kind).collect();
    if columns == image.columns {
        return None;
    }
    let mut changed: BTreeMap<&Value, &Row> = BTreeMap::new();
    let mut edits = edits.iter();
    let rows = image.rows.iter().map(|(before, after)| -> Image {
        let old = before.as_ref().and_then(|_| match edits.next()? {
            Edit::Remove(_, key) => changed.get(key).copied().or(table.rows.get(key)),
            _ => None,
        });
        let new = after.as_ref().and_then(|_| match edits.next()? {
            Edit::Put(_, key, row) => {
                changed.insert(key, row);
                Some(row)
            }
            _ => None,
        });
        (old.cloned(), new.cloned())
    });
    let rows = rows.collect();
    Some(RowsImage {
        table: image.table.clone(),
        columns,
        rows,
    })
}
