//! START, STOP and UNTIL of a replica's threads.

use super::statement::Threads;
use super::words::Words;

/// IO and SQL thread.
pub(super) const BOTH: Threads = Threads {
    io: true,
    sql: true,
};

/// `START SLAVE ... UNTIL`, as it was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// `MASTER_LOG_FILE`, `MASTER_LOG_POS`
    pub source: (Option<String>, Option<u64>),
    /// `RELAY_LOG_FILE`, `RELAY_LOG_POS`
    pub relay: (Option<String>, Option<u64>),
    /// What is no position, and what stands from there on.
    pub gtids: Option<(UntilGtids, String)>,
    /// What stands from an option on that cannot follow the one before it.
    pub surplus: Option<String>,
}

/// `UNTIL` of what is no position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UntilGtids {
    /// `SQL_BEFORE_GTIDS`
    Before(String),
    /// `SQL_AFTER_GTIDS`
    After(String),
    /// `SQL_AFTER_MTS_GAPS`
    AfterGaps,
    /// `master_gtid_pos` (MariaDB)
    Position(String),
}

/// Behind `START SLAVE` and `STOP SLAVE`.
pub(super) fn threads(words: &mut Words) -> Threads {
    let mut said = Threads {
        io: false,
        sql: false,
    };
    loop {
        if words.take("IO_THREAD") {
            said.io = true;
        } else if words.take("SQL_THREAD") {
            said.sql = true;
        } else {
            break;
        }
        if !words.take_symbol(',') {
            break;
        }
    }
    if said.io || said.sql { said } else { BOTH }
}

/// `UNTIL`, if it comes.
pub(super) fn until(words: &mut Words) -> Result<Option<Until>, String> {
    if !words.take("UNTIL") {
        return Ok(None);
    }
    let mut until = Until::default();
    let whole = words.place();
    words.list(|words| {
        let place = words.place();
        let option = words.name("an option such as MASTER_LOG_FILE")?;
        let plain = option.to_ascii_uppercase().replacen("SOURCE_", "MASTER_", 1);
        let first = place == whole;
        let mut gtids = None;
        if plain == "SQL_AFTER_MTS_GAPS" {
            gtids = Some(UntilGtids::AfterGaps);
        } else {
            words.symbol('=')?;
            match plain.as_str() {
                "MASTER_LOG_FILE" => until.source.0 = Some(words.name_or_text("a file")?),
                "RELAY_LOG_FILE" => until.relay.0 = Some(words.name_or_text("a file")?),
                "MASTER_LOG_POS" => until.source.1 = Some(position(words)?),
                "RELAY_LOG_POS" => until.relay.1 = Some(position(words)?),
                "SQL_BEFORE_GTIDS" => gtids = Some(UntilGtids::Before(words.name_or_text("GTIDs")?)),
                "SQL_AFTER_GTIDS" => gtids = Some(UntilGtids::After(words.name_or_text("GTIDs")?)),
                "MASTER_GTID_POS" => gtids = Some(UntilGtids::Position(words.name_or_text("GTIDs")?)),
                _ => return Err(format!("unknown option {option} (MASTER_LOG_FILE, MASTER_LOG_POS, RELAY_LOG_FILE, RELAY_LOG_POS, \
                                         SQL_BEFORE_GTIDS, SQL_AFTER_GTIDS, SQL_AFTER_MTS_GAPS and MASTER_GTID_POS are known)")),
            }
        }
        // GTIDs stand alone.
        if !first && (gtids.is_some() || until.gtids.is_some()) {
            until.surplus.get_or_insert_with(|| words.typed_from(place));
        } else if let Some(gtids) = gtids {
            until.gtids = Some((gtids, words.typed_from(place)));
        }
        Ok(())
    })?;
    Ok(Some(until))
}

fn position(words: &mut Words) -> Result<u64, String> {
    Ok(words.number("a position")?.max(0) as u64)
}
