//! Records of one kind, gathered by set-up.

use super::Cell;
use crate::spec::{Error, limits};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A list of records, each of one type.
pub(super) fn list<T: DeserializeOwned>(document: &Value, key: &str) -> Result<Vec<T>, Error> {
    let Some(Value::Array(entries)) = document.get(key) else {
        return Err(Error::at(key, "expected a list of records"));
    };
    limits::at_most(key, entries.len(), limits::RECORDS, "records")?;
    let entries = entries.iter().enumerate();
    entries
        .map(|(index, entry)| record(entry, &format!("{key}[{index}]")))
        .collect()
}

fn record<T: DeserializeOwned>(entry: &Value, at: &str) -> Result<T, Error> {
    serde_path_to_error::deserialize(entry).map_err(|error| {
        let path = match error.path().to_string().as_str() {
            "." => at.to_owned(),
            path => format!("{at}.{path}"),
        };
        Error::at(path, error.into_inner().to_string())
    })
}

#[derive(Deserialize)]
struct Numbered {
    calibration: Option<usize>,
}

/// Records with the same set-up together, in the order in which they first appear.
pub(super) fn cells<S: DeserializeOwned + PartialEq, O: DeserializeOwned>(
    document: &Value,
    key: &str,
    calibrations: usize,
) -> Result<Vec<Cell<S, O>>, Error> {
    let numbers: Vec<Numbered> = list(document, key)?;
    let setups: Vec<S> = list(document, key)?;
    let observed: Vec<O> = list(document, key)?;
    let mut cells: Vec<Cell<S, O>> = Vec::new();
    for (index, ((number, setup), seen)) in
        numbers.into_iter().zip(setups).zip(observed).enumerate()
    {
        if let Some(calibration) = number.calibration.filter(|&wanted| wanted >= calibrations) {
            let problem =
                format!("no such calibration: the file has {calibrations}, not {calibration}");
            return Err(Error::at(format!("{key}[{index}].calibration"), problem));
        }
        let repetition = (number.calibration, seen);
        match cells.iter_mut().find(|cell| cell.setup == setup) {
            Some(cell) => cell.repetitions.push(repetition),
            None => cells.push(Cell {
                setup,
                repetitions: vec![repetition],
            }),
        }
    }
    Ok(cells)
}
