//! From a script to a cluster: its plan, and what its servers are called.

use super::lab::CONNECTIONS;
use super::lab::identity::Identity;
use super::show;
use crate::plan::{self, Arrivals, Plan};
use crate::protocol::ids::Span;
use crate::spec::script::Script;
use crate::spec::{Error, Loaded};
use serde_json::Value;

/// What the servers' clocks show at the beginning if nobody says: 2026-01-01 10:00:00, in seconds since 1970.
pub const EPOCH: u64 = 1_767_261_600;

/// The plan of a model in which nobody submits by himself: connections for clients on every server.
pub fn plan_of(loaded: &Loaded) -> Result<Plan, Error> {
    let servers = loaded.merged.get("servers").and_then(Value::as_object);
    let servers = servers.map_or(0, |servers| servers.len()) as u16;
    let mut loaded = loaded.clone();
    if let Some(workload) = loaded
        .merged
        .get_mut("workload")
        .and_then(Value::as_object_mut)
    {
        workload.insert("sessions".to_owned(), (servers.max(1) * CONNECTIONS).into());
    }
    let cases = plan::cases(&loaded)?;
    let case = cases
        .first()
        .ok_or_else(|| Error::at("vary", "a lesson varies nothing"))?;
    let mut plan = case.compile()?;
    let mut flavours = plan.cluster.servers.iter().map(|server| server.flavour);
    if let Some(other) = flavours.find(|at| *at != plan.cluster.flavour()) {
        let why = format!(
            "a lab plays servers of one flavour: `{other}` beside `{}`",
            plan.cluster.flavour()
        );
        return Err(Error::at("servers", why));
    }
    plan.workload.arrivals = Arrivals::ByHand;
    plan.clients.timeout = Span::FOREVER;
    Ok(plan)
}

/// The servers of a script, by what it calls them.
pub fn identities(script: &Script, plan: &Plan) -> Result<Vec<Identity>, Error> {
    let flavour = plan.cluster.flavour();
    let meant = &script.lesson.flavours;
    if !meant.is_empty() && !meant.iter().any(|only| only.0.has(flavour)) {
        let meant: Vec<String> = meant.iter().map(|only| format!("`{}`", only.0)).collect();
        let why = format!(
            "its words are those of {}, not of `{flavour}`",
            meant.join(", ")
        );
        return Err(Error::at("flavours", why));
    }
    let mut identities = Identity::all(plan);
    for (name, names) in script.lesson.servers.iter() {
        let known: Vec<String> = identities
            .iter()
            .map(|identity| identity.name.clone())
            .collect();
        let Some(identity) = identities.iter_mut().find(|identity| identity.name == name) else {
            let error = Error::at("servers", format!("unknown server `{name}`"));
            return Err(error.near(name, &known));
        };
        if let Some(id) = names.server_id {
            identity.server_id = id;
        }
        if let Some(uuid) = &names.uuid {
            identity.uuid.clone_from(uuid);
        }
        if let Some(relay_log) = &names.relay_log {
            identity.relay_log.clone_from(relay_log);
        }
        if let Some(file) = &names.binlog {
            let wrong = || {
                Error::at(
                    format!("servers.{name}.binlog"),
                    "expected a file as in \"mysql-bin.000003\"",
                )
            };
            let (base, number) = file.rsplit_once('.').ok_or_else(wrong)?;
            identity.first_file = number.parse().map_err(|_| wrong())?;
            identity.binlog = base.to_owned();
        }
        for (variable, value) in &names.my_cnf {
            let at = format!("servers.{name}.my_cnf.{variable}");
            let value = crate::spec::script::setting(&at, value)?;
            identity
                .line(flavour, variable, &value.0)
                .map_err(|problem| Error::at(at, problem))?;
        }
    }
    Ok(identities)
}

/// `YYYY-MM-DD hh:mm:ss` as seconds since 1970.
pub fn epoch(text: Option<&str>) -> Result<u64, Error> {
    let Some(text) = text else {
        return Ok(EPOCH);
    };
    let wrong = || Error::at("clock", "expected a moment as in \"2023-07-05 13:46:00\"");
    let numbers: Option<Vec<i64>> = text
        .split([' ', '-', ':'])
        .map(|part| part.parse().ok())
        .collect();
    match numbers.as_deref() {
        Some(&[year, month, day, hour, minute, second])
            if (1970..=9999).contains(&year)
                && (1..=12).contains(&month)
                && (1..=31).contains(&day)
                && (0..24).contains(&hour)
                && (0..60).contains(&minute)
                && (0..60).contains(&second) =>
        {
            let days = show::clock::days(year, month, day);
            u64::try_from(days * 86_400 + hour * 3_600 + minute * 60 + second).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}
