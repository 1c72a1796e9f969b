//! Statements of an administrator: replication, variables, lists; in old words and new ones.

use super::expression::Expression;
use super::statement::{
    ChangeMaster, Due, Filter, Flush, Killed, Log, Part, Purge, Show, Statement, UseGtid,
};
use super::threads::{BOTH, threads, until};
use super::words::Words;
use super::{operands, select, set};
use crate::lesson::store::value::Value;
use crate::protocol::effect::Forgets;

/// Such a statement, if it is one.
pub fn statement(words: &mut Words) -> Result<Option<Statement>, String> {
    let slave = |words: &mut Words, verb: &str| {
        words.take(&format!("{verb} SLAVE")) || words.take(&format!("{verb} REPLICA"))
    };
    Ok(Some(
        if words.take("CHANGE MASTER TO") || words.take("CHANGE REPLICATION SOURCE TO") {
            Statement::ChangeMaster(change_master(words)?)
        } else if slave(words, "START") {
            Statement::StartSlave(threads(words), until(words)?)
        } else if slave(words, "STOP") {
            Statement::StopSlave(threads(words))
        } else if slave(words, "RESET") {
            Statement::ResetSlave(match words.take("ALL") {
                true => Forgets::All,
                false => Forgets::Positions,
            })
        } else if words.take("RESET MASTER") || words.take("RESET BINARY LOGS AND GTIDS") {
            Statement::ResetMaster
        } else if words.take("INSTALL PLUGIN") {
            let plugin = words.name("a plugin")?;
            words.words("SONAME")?;
            Statement::InstallPlugin(plugin, words.name_or_text("a file")?)
        } else if words.take("BEGIN") {
            words.take("WORK");
            Statement::Begin(false)
        } else if words.take("START TRANSACTION") {
            Statement::Begin(modes(words)?)
        } else if words.take("COMMIT") {
            words.take("WORK");
            Statement::Commit
        } else if words.take("ROLLBACK") {
            words.take("WORK");
            Statement::Rollback
        } else if words.take("FLUSH") {
            return flush(words);
        } else if words.take("PURGE BINARY LOGS") || words.take("PURGE MASTER LOGS") {
            Statement::Purge(purge(words)?)
        } else if words.take("UNINSTALL PLUGIN") {
            Statement::UninstallPlugin(words.name("a plugin")?)
        } else if words.take("UNLOCK TABLES") {
            Statement::UnlockTables
        } else if matches!(words.peek(), Some(token) if token.is("SET")) {
            return set::set(words);
        } else if words.take("KILL") {
            let what = match words.take("QUERY") {
                true => Killed::Query,
                false => {
                    words.take("CONNECTION");
                    Killed::Connection
                }
            };
            let id = words.number("the Id of a connection")?;
            let id = u32::try_from(id).map_err(|_| words.expected("the Id of a connection"))?;
            Statement::Kill(what, id)
        } else if words.take("SHOW") {
            let what = show(words)?;
            let filter = Filter {
                like: match words.take("LIKE") {
                    true => Some(words.name_or_text("a pattern")?),
                    false => None,
                },
                condition: select::condition(words)?,
            };
            Statement::Show(what, filter)
        } else if words.take("SHUTDOWN") {
            words.take("WAIT FOR ALL SLAVES");
            Statement::Shutdown
        } else if words.take("START ALL SLAVES") {
            Statement::StartSlave(BOTH, None)
        } else if words.take("STOP ALL SLAVES") {
            Statement::StopSlave(BOTH)
        } else {
            return Ok(None);
        },
    ))
}

/// Behind `START TRANSACTION`: whether with a consistent snapshot.
fn modes(words: &mut Words) -> Result<bool, String> {
    let mut snapshot = false;
    if words.is_at_end() {
        return Ok(snapshot);
    }
    words.list(|words| {
        if words.take("WITH CONSISTENT SNAPSHOT") {
            snapshot = true;
        } else if !words.take("READ WRITE") {
            return Err(words.expected("WITH CONSISTENT SNAPSHOT"));
        }
        Ok(())
    })?;
    Ok(snapshot)
}

/// Behind `PURGE BINARY LOGS`.
fn purge(words: &mut Words) -> Result<Purge, String> {
    if words.take("TO") {
        return Ok(Purge::To(words.name_or_text("a file")?));
    }
    words
        .words("BEFORE")
        .map_err(|_| words.expected("TO or BEFORE"))?;
    if words.take("DATE_SUB") {
        words.symbol('(')?;
        now(words)?;
        words.symbol(',')?;
        let ago = interval(words)?;
        words.symbol(')')?;
        return Ok(Purge::Before(Due::Ago(ago)));
    }
    if now(words).is_ok() {
        let ago = if words.take_symbol('-') {
            interval(words)?
        } else {
            0
        };
        return Ok(Purge::Before(Due::Ago(ago)));
    }
    let text = words.name_or_text("a moment as in '2026-01-02 03:04:05'")?;
    let full = if text.len() == 10 {
        text + " 00:00:00"
    } else {
        text
    };
    let moment = crate::lesson::setup::epoch(Some(&full));
    let moment = moment.map_err(|_| words.expected("a moment as in '2026-01-02 03:04:05'"))?;
    Ok(Purge::Before(Due::At(moment)))
}

fn now(words: &mut Words) -> Result<(), String> {
    if !["NOW", "CURRENT_TIMESTAMP", "SYSDATE"]
        .iter()
        .any(|name| words.take(name))
    {
        return Err(words.expected("NOW()"));
    }
    if words.take_symbol('(') {
        words.symbol(')')?;
    }
    Ok(())
}

/// `INTERVAL 3 DAY`, in seconds.
fn interval(words: &mut Words) -> Result<u64, String> {
    words.words("INTERVAL")?;
    let number = words.number("a number")?.max(0) as u64;
    let units = [
        ("SECOND", 1),
        ("MINUTE", 60),
        ("HOUR", 3_600),
        ("DAY", 86_400),
        ("WEEK", 604_800),
    ];
    let unit = units.iter().find(|(unit, _)| words.take(unit));
    let (_, seconds) = unit.ok_or_else(|| words.expected("SECOND, MINUTE, HOUR, DAY or WEEK"))?;
    Ok(number.saturating_mul(*seconds))
}

/// Behind `FLUSH`.
fn flush(words: &mut Words) -> Result<Option<Statement>, String> {
    let local = words.take("NO_WRITE_TO_BINLOG") || words.take("LOCAL");
    Ok(Some(Statement::Flush(
        if words.take("TABLES WITH READ LOCK") {
            Flush::ReadLock
        } else if words.take("BINARY LOGS") || words.take("LOGS") {
            Flush::BinaryLogs
        } else if words.take("STATUS") {
            Flush::Status
        } else if words.take("PRIVILEGES") {
            if local {
                Flush::Nothing
            } else {
                Flush::Privileges
            }
        } else if words.take("TABLES") || words.take("TABLE") {
            if local { Flush::Nothing } else { Flush::Tables }
        } else if words.take("ENGINE LOGS") || words.take("ERROR LOGS") || words.take("HOSTS") {
            Flush::Nothing
        } else {
            return Ok(None);
        },
    )))
}

/// A number of seconds that may have decimals, ns.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn seconds(words: &mut Words) -> Result<u64, String> {
    let expected = words.expected("seconds");
    match operands::expression(words)? {
        Expression::Literal(value) => {
            let (units, scale) = value.number().ok_or(expected)?;
            Ok(Value::rounded(units, scale, 9).clamp(0, i128::from(u64::MAX)) as u64)
        }
        _ => Err(expected),
    }
}

fn change_master(words: &mut Words) -> Result<ChangeMaster, String> {
    let mut said = ChangeMaster::default();
    words.list(|words| {
        let option = words.name("an option such as MASTER_HOST")?;
        let plain = option.to_ascii_uppercase().replacen("SOURCE_", "MASTER_", 1);
        words.symbol('=')?;
        match plain.as_str() {
            "MASTER_HOST" => said.host = Some(words.name_or_text("a host")?),
            "MASTER_USER" => said.user = Some(words.name_or_text("a user")?),
            "MASTER_PASSWORD" => said.password = Some(words.name_or_text("a password")?),
            "MASTER_PORT" => said.port = Some(words.number("a port")?),
            "MASTER_LOG_FILE" => said.log_file = Some(words.name_or_text("a file")?),
            "MASTER_LOG_POS" => said.log_pos = Some(words.number("a position")?.max(0) as u64),
            "MASTER_AUTO_POSITION" => said.auto_position = Some(words.number("0 or 1")? != 0),
            "MASTER_USE_GTID" => {
                said.use_gtid = Some(match words.name("slave_pos")?.to_ascii_lowercase().as_str() {
                    "slave_pos" | "replica_pos" => UseGtid::SlavePos,
                    "current_pos" => UseGtid::CurrentPos,
                    "no" => UseGtid::No,
                    _ => return Err("expected slave_pos, current_pos or no".to_owned()),
                })
            }
            "MASTER_CONNECT_RETRY" => said.connect_retry = Some(words.number("seconds")?),
            "MASTER_RETRY_COUNT" => said.retry_count = Some(words.number("a number of attempts")?),
            "MASTER_HEARTBEAT_PERIOD" => said.heartbeat = Some(seconds(words)?),
            "MASTER_DELAY" => {
                let seconds = words.number("seconds")?;
                said.delay = Some(u64::try_from(seconds).map_err(|_| format!("expected seconds, not {seconds},"))?);
            }
            // Nothing here depends on them.
            "MASTER_SSL" | "MASTER_SSL_VERIFY_SERVER_CERT" | "GET_MASTER_PUBLIC_KEY" | "GET_SOURCE_PUBLIC_KEY"
            | "MASTER_ZSTD_COMPRESSION_LEVEL" | "REQUIRE_ROW_FORMAT" => {
                words.number("0 or 1")?;
            }
            "MASTER_SSL_CA" | "MASTER_SSL_CAPATH" | "MASTER_SSL_CERT" | "MASTER_SSL_KEY" | "MASTER_SSL_CIPHER"
            | "MASTER_SSL_CRL" | "MASTER_SSL_CRLPATH" | "MASTER_TLS_VERSION" | "MASTER_TLS_CIPHERSUITES"
            | "MASTER_BIND" | "MASTER_PUBLIC_KEY_PATH" | "MASTER_COMPRESSION_ALGORITHMS" | "NETWORK_NAMESPACE" => {
                words.name_or_text("a value")?;
            }
            "IGNORE_SERVER_IDS" if words.is_next(0, '(') && words.is_next(1, ')') => {
                words.take_next();
                words.take_next();
            }
            "RELAY_LOG_FILE" | "RELAY_LOG_POS" | "IGNORE_SERVER_IDS" | "PRIVILEGE_CHECKS_USER"
            | "REQUIRE_TABLE_PRIMARY_KEY_CHECK" | "ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS"
            | "MASTER_CONNECTION_AUTO_FAILOVER" | "GTID_ONLY" | "DO_DOMAIN_IDS" | "IGNORE_DOMAIN_IDS"
            | "MASTER_DEMOTE_TO_SLAVE" => {
                return Err(format!("{option} is an option of the servers that is not modelled,"));
            }
            _ => {
                return Err(format!(
                    "unknown option {option} (MASTER_HOST, MASTER_PORT, MASTER_USER, MASTER_PASSWORD, MASTER_LOG_FILE, \
                     MASTER_LOG_POS, MASTER_AUTO_POSITION and MASTER_USE_GTID are known)"
                ));
            }
        }
        Ok(())
    })?;
    Ok(said)
}

fn show(words: &mut Words) -> Result<Show, String> {
    if words.take("MASTER STATUS") || words.take("BINARY LOG STATUS") {
        Ok(Show::MasterStatus)
    } else if words.take("SLAVE STATUS") {
        Ok(Show::SlaveStatus { new_words: false })
    } else if words.take("REPLICA STATUS") {
        Ok(Show::SlaveStatus { new_words: true })
    } else if words.take("SLAVE HOSTS") {
        Ok(Show::SlaveHosts { new_words: false })
    } else if words.take("REPLICA HOSTS") || words.take("REPLICAS") {
        Ok(Show::SlaveHosts { new_words: true })
    } else if words.take("BINARY LOGS") || words.take("MASTER LOGS") {
        Ok(Show::BinaryLogs)
    } else if words.take("BINLOG EVENTS") || words.take("RELAYLOG EVENTS") {
        let of = match words.took("RELAYLOG EVENTS") {
            true => Log::Relay,
            false => Log::Binlog,
        };
        let file = match words.take("IN") {
            true => Some(words.name_or_text("a file")?),
            false => None,
        };
        let from = match words.take("FROM") {
            true => Some(words.number("a position")?.max(0) as u64),
            false => None,
        };
        let number = |words: &mut Words| {
            let number = words.number("a number of events")?;
            Ok::<usize, String>(number.max(0) as usize)
        };
        let (mut skip, mut limit) = (0, None);
        if words.take("LIMIT") {
            let first = number(words)?;
            if words.take_symbol(',') {
                (skip, limit) = (first, Some(number(words)?));
            } else {
                limit = Some(first);
                if words.take("OFFSET") {
                    skip = number(words)?;
                }
            }
        }
        let part = Part {
            file,
            from,
            skip,
            limit,
        };
        Ok(Show::Events(of, part))
    } else if words.take("PROCESSLIST") || words.take("FULL PROCESSLIST") {
        Ok(Show::Processlist)
    } else if words.take("DATABASES") || words.take("SCHEMAS") {
        Ok(Show::Databases)
    } else if words.take("WARNINGS") {
        Ok(Show::Warnings)
    } else if words.take("ALL SLAVES STATUS") {
        Ok(Show::AllSlavesStatus)
    } else if words.take("TABLES") || words.take("FULL TABLES") {
        let full = words.took("FULL TABLES").then_some("BASE TABLE");
        let of = match words.take("FROM") || words.take("IN") {
            true => Some(words.name("a database")?),
            false => None,
        };
        Ok(Show::Tables(of, full))
    } else {
        let _ = words.take("GLOBAL") || words.take("SESSION") || words.take("LOCAL");
        if words.take("STATUS") {
            return Ok(Show::Status);
        }
        if words.take("VARIABLES") {
            return Ok(Show::Variables);
        }
        Err(words.expected(
            "MASTER STATUS, SLAVE STATUS, SLAVE HOSTS, BINARY LOGS, BINLOG EVENTS, STATUS, VARIABLES, PROCESSLIST, \
             DATABASES or TABLES",
        ))
    }
}
