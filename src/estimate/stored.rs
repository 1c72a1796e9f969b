//! Histograms as JSON, so that an interrupted sweep can go on: the same buckets with the same counts.

use hdrhistogram::Histogram;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What makes a histogram: significant digits, and the values of its buckets with their counts.
#[derive(Serialize, Deserialize)]
struct Stored {
    digits: u8,
    counts: Vec<(u64, u64)>,
}

impl Stored {
    fn of(histogram: &Histogram<u64>) -> Stored {
        let recorded = histogram.iter_recorded();
        Stored {
            digits: histogram.sigfig(),
            counts: recorded
                .map(|value| (value.value_iterated_to(), value.count_at_value()))
                .collect(),
        }
    }

    fn histogram<E: Error>(&self) -> Result<Histogram<u64>, E> {
        let mut histogram = Histogram::new(self.digits).map_err(E::custom)?;
        for &(value, count) in &self.counts {
            histogram.record_n(value, count).map_err(E::custom)?;
        }
        Ok(histogram)
    }
}

/// A histogram.
pub fn serialize<S: Serializer>(of: &Histogram<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    Stored::of(of).serialize(serializer)
}

/// The histogram back.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Histogram<u64>, D::Error> {
    Stored::deserialize(from)?.histogram()
}

/// The same for a histogram that may not be there.
pub mod option {
    use super::{Histogram, Stored};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A histogram, or null.
    pub fn serialize<S: Serializer>(
        of: &Option<Histogram<u64>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        of.as_ref().map(Stored::of).serialize(serializer)
    }

    /// The histogram back.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Histogram<u64>>, D::Error> {
        let stored: Option<Stored> = Option::deserialize(from)?;
        stored.map(|stored| stored.histogram()).transpose()
    }
}
