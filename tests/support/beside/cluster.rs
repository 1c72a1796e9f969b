//! A real master and its two replicas on this machine: sessions, what is waited for, how everything is forgotten.

use super::answer::Answer;
use super::server::{Family, Installation, Server};
use super::wire::Session;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The servers, as the lab calls them.
pub const SERVERS: [&str; 3] = ["m", "r1", "r2"];
/// A statement that has no answer after this time hangs, if the lab's hangs.
const HANGS: Duration = Duration::from_millis(300);
/// And else after this time.
const HANGS_ALONE: Duration = Duration::from_secs(15);
/// How long replicas may take to catch up.
const CATCH_UP: Duration = Duration::from_secs(8);

/// The real servers.
pub struct Cluster<'a> {
    pub family: Family,
    /// What the servers call themselves.
    pub version: String,
    /// The same without what a distribution adds.
    pub plain_version: String,
    servers: Vec<Server<'a>>,
    sessions: BTreeMap<(usize, u16), Session>,
    databases: BTreeMap<(usize, u16), String>,
    base: PathBuf,
    variables: Vec<BTreeMap<String, String>>,
}

impl<'a> Cluster<'a> {
    /// Three servers that know nothing of each other.
    pub fn new(installation: &'a Installation, folder: &Path) -> Cluster<'a> {
        let base = folder.join("base");
        installation.initialise(&base);
        let servers = SERVERS.iter().zip(1..);
        let servers = servers.map(|(name, number)| Server::new(installation, name, number, folder));
        let mut cluster = Cluster {
            family: installation.family,
            version: String::new(),
            plain_version: String::new(),
            servers: servers.collect(),
            sessions: BTreeMap::new(),
            databases: BTreeMap::new(),
            base,
            variables: Vec::new(),
        };
        for (server, number) in cluster.servers.iter_mut().zip(1..) {
            server.copies(&cluster.base, number);
            server.start();
            cluster.variables.push(variables(server));
        }
        let shown = cluster.servers[0].rows("SELECT VERSION() v");
        cluster.version = shown.first().map_or(String::new(), |row| row["v"].clone());
        let number = cluster.version.split('-').next().unwrap_or_default();
        cluster.plain_version = match cluster.family {
            Family::Mysql => number.to_owned(),
            Family::Mariadb => format!("{number}-MariaDB-log"),
        };
        cluster
    }

    /// The port of a server.
    pub fn port(&self, server: usize) -> u16 {
        self.servers[server].port
    }

    /// The Id of a session, which is opened for it.
    pub fn id_of(&mut self, server: usize, session: u16) -> u32 {
        self.session(server, session)
            .map_or(0, |session| session.id)
    }

    fn session(&mut self, server: usize, number: u16) -> Option<&mut Session> {
        let key = (server, number);
        if !self.sessions.contains_key(&key) {
            let mut session = self.servers[server].connect()?;
            if let Some(database) = self.databases.get(&key) {
                session.send(&format!("USE {database}"));
                session.answer(HANGS_ALONE);
            }
            self.sessions.insert(key, session);
        }
        self.sessions.get_mut(&key)
    }

    /// Whether a session waits for an answer.
    pub fn waits(&self, server: usize, session: u16) -> bool {
        self.sessions
            .get(&(server, session))
            .is_some_and(|session| session.waits)
    }

    /// Types a statement. Whether the lab's hangs says how long is waited for this one.
    pub fn types(&mut self, server: usize, number: u16, sql: &str, lab: &Answer) -> Answer {
        let patience = if *lab == Answer::Hangs {
            HANGS
        } else {
            HANGS_ALONE
        };
        // As the client does: where the connection is lost it opens another.
        for attempt in 0..2 {
            let Some(session) = self.session(server, number) else {
                return Answer::Lost;
            };
            let is_new = attempt == 1;
            session.send(sql);
            let answer = session.answer(patience).unwrap_or(Answer::Hangs);
            if answer == Answer::Lost {
                self.sessions.remove(&(server, number));
                if !is_new && *lab != Answer::Lost {
                    continue;
                }
            }
            if let (Answer::Ok(_), Some(database)) = (&answer, used(sql)) {
                self.databases.insert((server, number), database);
            }
            return answer;
        }
        Answer::Lost
    }

    /// The answer of a statement that hung.
    pub fn late(&mut self, server: usize, number: u16, is_expected: bool) -> Option<Answer> {
        let session = self.sessions.get_mut(&(server, number))?;
        let answer = session.answer(if is_expected {
            HANGS_ALONE
        } else {
            Duration::ZERO
        });
        if answer == Some(Answer::Lost) {
            self.sessions.remove(&(server, number));
        }
        answer
    }

    /// A server is killed, and starts again.
    pub fn restarts(&mut self, server: usize) {
        self.servers[server].kill();
        self.sessions.retain(|(of, _), _| *of != server);
        self.servers[server].start();
    }

    /// Waits until every replica that runs has everything, its source knows, and nothing moves any more.
    pub fn settles(&mut self) {
        let began = Instant::now();
        let mut before = None;
        while began.elapsed() < CATCH_UP {
            let now = self.is_calm().then(|| self.places());
            if now.is_some() && now == before {
                return;
            }
            before = now;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where the replicas are.
    fn places(&mut self) -> Vec<String> {
        let status = self.status();
        let rows = self
            .servers
            .iter_mut()
            .flat_map(|server| server.rows(status));
        rows.map(|row| format!("{row:?}")).collect()
    }

    fn status(&self) -> &'static str {
        match self.family {
            Family::Mysql => "SHOW REPLICA STATUS",
            Family::Mariadb => "SHOW SLAVE STATUS",
        }
    }

    fn is_calm(&mut self) -> bool {
        let status = self.status();
        let mut ends = Vec::new();
        for server in &mut self.servers {
            let logs = server.rows("SHOW BINARY LOGS");
            let last = logs
                .last()
                .map(|log| (log["Log_name"].clone(), log["File_size"].clone()));
            ends.push(last);
        }
        let ports: Vec<u16> = self.servers.iter().map(|server| server.port).collect();
        let mut readers = vec![0; ends.len()];
        for server in &mut self.servers {
            let Some(shown) = server.rows(status).pop() else {
                continue;
            };
            let get = |name: &str| {
                let old = name.replace("Source", "Master").replace("Replica", "Slave");
                shown
                    .get(name)
                    .or(shown.get(&old))
                    .cloned()
                    .unwrap_or_default()
            };
            let source = ports
                .iter()
                .position(|port| get("Source_Port") == port.to_string());
            let read = (get("Source_Log_File"), get("Read_Source_Log_Pos"));
            let executed = (get("Relay_Source_Log_File"), get("Exec_Source_Log_Pos"));
            let (io, sql) = (get("Replica_IO_Running"), get("Replica_SQL_Running"));
            let is_waiting = get("Replica_IO_State").starts_with("Waiting for");
            // Every source is up.
            if io == "Connecting" || io == "Preparing" {
                return false;
            }
            if let (Some(source), "Yes") = (source, io.as_str()) {
                readers[source] += 1;
                let is_at_end = ends[source].as_ref() == Some(&read);
                let waits = [
                    "Waiting for source",
                    "Waiting for master",
                    "Waiting for the source",
                ];
                let state = get("Replica_IO_State");
                if !is_at_end || !is_waiting || !waits.iter().any(|wait| state.starts_with(wait)) {
                    return false;
                }
            }
            if sql == "Yes" && !read.0.is_empty() && read != executed {
                return false;
            }
        }
        self.servers
            .iter_mut()
            .zip(readers)
            .all(|(server, readers)| {
                let threads = server.rows("SHOW PROCESSLIST");
                let idle = threads.iter().filter(|thread| {
                    let state = &thread["State"];
                    state.contains("has sent all binlog")
                });
                idle.count() >= readers
            })
    }

    /// Everything is as after the installation.
    pub fn forgets(&mut self) {
        self.sessions.clear();
        self.databases.clear();
        if self.family == Family::Mariadb {
            // It counts groups of events until it restarts.
            for server in &mut self.servers {
                server.kill();
                server.start();
            }
        }
        let clean: Vec<bool> = (0..SERVERS.len())
            .rev()
            .map(|server| self.resets(server))
            .collect();
        for (server, is_clean) in (0..SERVERS.len()).rev().zip(clean) {
            if !is_clean {
                println!("{} is installed again", SERVERS[server]);
                self.servers[server].copies(&self.base, server as u32 + 1);
                self.servers[server].start();
            }
        }
    }

    fn resets(&mut self, at: usize) -> bool {
        let server = &mut self.servers[at];
        let (replica, forget) = match self.family {
            Family::Mysql => ("REPLICA", "RESET BINARY LOGS AND GTIDS"),
            Family::Mariadb => ("SLAVE", "RESET MASTER"),
        };
        let own = server.admin_id().to_string();
        for thread in server.rows("SHOW PROCESSLIST") {
            if !["system user", "event_scheduler"].contains(&thread["User"].as_str())
                && thread["Id"] != own
            {
                server.ask(&format!("KILL {}", thread["Id"]));
            }
        }
        let began = Instant::now();
        while server.rows("SHOW PROCESSLIST").iter().any(|thread| {
            !["system user", "event_scheduler"].contains(&thread["User"].as_str())
                && thread["Id"] != own
        }) {
            if began.elapsed() > CATCH_UP {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut all = vec![
            format!("STOP {replica}"),
            format!("RESET {replica} ALL"),
            "SET GLOBAL read_only=OFF".to_owned(),
            "SET SESSION sql_log_bin=0".to_owned(),
        ];
        for row in server.rows("SHOW DATABASES") {
            if !["mysql", "information_schema", "performance_schema", "sys"]
                .contains(&row["Database"].as_str())
            {
                all.push(format!("DROP DATABASE `{}`", row["Database"]));
            }
        }
        for row in server.rows("SELECT User u, Host h FROM mysql.user") {
            if !["root", "mariadb.sys"].contains(&row["u"].as_str())
                && !row["u"].starts_with("mysql.")
            {
                all.push(format!("DROP USER '{}'@'{}'", row["u"], row["h"]));
            }
        }
        for row in server.rows("SHOW PLUGINS") {
            if row["Name"].starts_with("rpl_semi_sync") && row["Library"] != "NULL" {
                all.push(format!("UNINSTALL PLUGIN {}", row["Name"]));
            }
        }
        all.push("SET SESSION sql_log_bin=1".to_owned());
        let mut is_clean = true;
        for sql in all {
            let answer = server.ask(&sql);
            if let Answer::Error(error) = &answer {
                println!("{}: {sql}: {error}", server.name);
            }
            is_clean &= matches!(answer, Answer::Ok(_));
        }
        for (name, value) in variables(server) {
            let wanted = self.variables[at].get(&name);
            if wanted.is_some_and(|wanted| *wanted != value) && !name.starts_with("gtid_") {
                let wanted = &self.variables[at][&name];
                let said = match wanted.parse::<f64>() {
                    Ok(_) => wanted.clone(),
                    Err(_) => format!("'{wanted}'"),
                };
                server.ask(&format!("SET GLOBAL {name} = {said}"));
            }
        }
        is_clean &= matches!(server.ask(forget), Answer::Ok(_));
        if self.family == Family::Mariadb {
            is_clean &= matches!(server.ask("SET GLOBAL gtid_slave_pos=''"), Answer::Ok(_));
        }
        server.ask("FLUSH LOCAL STATUS");
        is_clean
    }
}

fn variables(server: &mut Server) -> BTreeMap<String, String> {
    let rows = server.rows("SHOW GLOBAL VARIABLES");
    rows.into_iter()
        .map(|row| (row["Variable_name"].clone(), row["Value"].clone()))
        .collect()
}

/// The database of USE.
fn used(sql: &str) -> Option<String> {
    let mut words = sql.split_whitespace();
    let is_use = words.next()?.eq_ignore_ascii_case("USE");
    is_use.then(|| words.next().map(str::to_owned))?
}
