//! The workload of a plan: sessions, arrivals, the shape of a transaction, readers.

use super::places::Places;
use super::{Arrivals, ReadFrom, Readers, Updates, Workload};
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::rows;
use crate::protocol::setup::{Setup, Shape};
use crate::random::{Shape as Spread, Table};
use crate::spec::workload::{self as said, Spacing};
use crate::spec::{Distribution, Error, limits};

/// `net_buffer_length` of every flavour.
const NET_BUFFER: u32 = 16 * 1024;
/// Sessions of a closed loop start within this time, so that they do not start in step.
const RAMP: Span = Span::millis(5);

/// The number of sessions.
pub fn sessions(load: &said::Workload) -> Result<u16, Error> {
    match load.sessions.unwrap_or(16) {
        0 => Err(Error::at("workload.sessions", "expected at least 1")),
        sessions => Ok(sessions),
    }
}

/// The number of readers.
pub fn readers(load: &said::Workload) -> Result<u16, Error> {
    let count = load.readers.as_ref().map_or(0, |readers| readers.count);
    let (number, most) = (usize::from(count), usize::from(limits::READERS));
    limits::at_most("workload.readers.count", number, most, "readers")?;
    Ok(count)
}

/// The shape of a transaction.
pub fn shape(load: &said::Workload, socket_bytes: u64) -> Result<Shape, Error> {
    let transaction = &load.transaction;
    let at = |key: &str| format!("workload.transaction.{key}");
    let within = |key: &str, said: Option<u32>| match said.unwrap_or(1) {
        n if (1..=limits::STATEMENTS).contains(&n) => Ok(n),
        n => {
            let most = limits::STATEMENTS;
            let problem = format!("expected 1 to {most}, not {n} (docs/limits.md)");
            Err(Error::at(at(key), problem))
        }
    };
    let statements = within("statements", transaction.statements)?;
    let rows = within("rows", transaction.rows)?;
    let events = match transaction.events {
        None => 3 + 2 * statements,
        Some(events) => within("events", Some(events))?,
    };
    let of_rows = 200 + 100 * u64::from(statements) * (1 + u64::from(rows));
    let bytes = transaction.bytes.map_or(of_rows, |bytes| bytes.0);
    let bytes = u32::try_from(bytes)
        .ok()
        .filter(|bytes| (1..=limits::TRANSACTION).contains(&u64::from(*bytes)));
    let bytes =
        bytes.ok_or_else(|| Error::at(at("bytes"), "expected 1 B to 1 GiB for one transaction"))?;
    if socket_bytes < u64::from(NET_BUFFER) {
        return Err(Error::at(
            "network.socket_buffer",
            "expected at least 16 KiB",
        ));
    }
    Ok(Shape {
        events_per_transaction: events,
        auto_increment: transaction.keys != Some(said::Keys::Distinct),
        bytes_per_transaction: bytes,
        statements,
        rows_per_statement: rows,
        socket_bytes,
        net_buffer: NET_BUFFER,
    })
}

/// Arrivals and readers.
pub fn workload(
    load: &said::Workload,
    cluster: &Setup,
    places: &Places,
) -> Result<Workload, Error> {
    let arrivals = match (&load.arrivals, &load.think_time) {
        (Some(_), Some(_)) => {
            let problem = "a session thinks (closed loop) or arrives (open loop): say `think_time` or `arrivals`";
            return Err(Error::at("workload", problem));
        }
        (Some(_), None) if load.ramp.is_some() => {
            let problem = "sessions that arrive (open loop) have no ramp";
            return Err(Error::at("workload.ramp", problem));
        }
        (Some(arrivals), None) => open(arrivals, cluster)?,
        (None, think) => Arrivals::Closed {
            think: match think {
                Some(think) => think.table(),
                None => Distribution(Spread::Constant(0)).table(),
            },
            ramp: load.ramp.map_or(RAMP, |ramp| Span(ramp.0)),
        },
    };
    let readers = match &load.readers {
        None => None,
        Some(readers) if readers.count == 0 => None,
        Some(readers) => Some(readers_plan(readers, places)?),
    };
    let updates = load.transaction.updates.as_ref().map(updates).transpose()?;
    Ok(Workload {
        arrivals,
        readers,
        updates,
    })
}

fn updates(said: &said::Updates) -> Result<Updates, Error> {
    let at = |key: &str| format!("workload.transaction.updates.{key}");
    let rows = said.rows.unwrap_or(1);
    if rows == 0 || usize::from(rows) > rows::MOST {
        let problem = format!("expected 1 to {}, not {rows}", rows::MOST);
        return Err(Error::at(at("rows"), problem));
    }
    if said.of < u32::from(rows) {
        return Err(Error::at(
            at("of"),
            format!("expected at least {rows}, the rows of one transaction"),
        ));
    }
    let (hot, hot_share) = match (said.hot, said.hot_share) {
        (None, None) => (0, 0),
        (Some(hot), Some(share)) if (1..=said.of).contains(&hot) && share.0 <= 1 << 32 => {
            (hot, share.0)
        }
        (Some(_), Some(_)) => {
            let problem = "expected `hot` of 1 to `of`, and a `hot_share` of at most 100 %";
            return Err(Error::at(at("hot"), problem));
        }
        _ => {
            let problem = "`hot` and `hot_share` go together";
            return Err(Error::at(at("hot"), problem));
        }
    };
    Ok(Updates {
        rows,
        of: said.of,
        hot,
        hot_share,
    })
}

/// Each queue has its share of the arrivals.
fn open(arrivals: &said::Arrivals, cluster: &Setup) -> Result<Arrivals, Error> {
    let at = "workload.arrivals.rate";
    let queue = arrivals.queue.unwrap_or(said::Queue::Shared);
    let pools = queue.pools(cluster.sessions, cluster.client_places);
    let per_1000_seconds = u128::from(arrivals.rate.0);
    if per_1000_seconds == 0 {
        return Err(Error::at(at, "expected a rate above 0"));
    }
    let per_second = usize::try_from(arrivals.rate.0.div_ceil(1_000)).unwrap_or(usize::MAX);
    limits::at_most(
        at,
        per_second,
        limits::ARRIVALS as usize,
        "transactions a second",
    )?;
    let mean = u128::from(pools) * 1_000_000_000_000 / per_1000_seconds;
    let mean = u64::try_from(mean).ok().filter(|mean| *mean > 0);
    let mean =
        mean.ok_or_else(|| Error::at(at, "expected less than one transaction per ns and queue"))?;
    // Whoever looks at a moment of no meaning waits for the first as long as for any, or for a part of the distance.
    let (first, spacing) = match arrivals.spacing {
        None | Some(Spacing::Exponential) => {
            (Spread::Exponential { mean }, Spread::Exponential { mean })
        }
        Some(Spacing::Fixed) => (
            Spread::Uniform { low: 0, high: mean },
            Spread::Constant(mean),
        ),
    };
    Ok(Arrivals::Open {
        first: Table::compile(&first),
        spacing: Table::compile(&spacing),
        queue,
    })
}

fn readers_plan(readers: &said::Readers, places: &Places) -> Result<Readers, Error> {
    let at = "workload.readers";
    let every = (format!("{at}.every"), readers.every.median());
    limits::between(&every.0, every.1, limits::EVERY, u64::MAX)?;
    let from = match readers.from.as_deref() {
        None => ReadFrom::Master,
        Some(name) => match places.server(name, &format!("{at}.from")) {
            Ok(server) => ReadFrom::Server(ServerId(server as u8)),
            Err(_) if name == "master" => ReadFrom::Master,
            Err(error) => return Err(error),
        },
    };
    Ok(Readers {
        from,
        every: readers.every.table(),
    })
}
