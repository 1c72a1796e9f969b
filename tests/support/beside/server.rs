//! A real server: unpacked in a folder, started on data of its own, asked as an administrator, stopped.

use super::answer::Answer;
use super::wire::Session;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take that a server does at once.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The programs of a folder as a package unpacks them, or of the system (`/`).
pub struct Installation {
    folder: PathBuf,
    /// Whether it is MariaDB.
    pub family: Family,
}

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Mysql,
    Mariadb,
}

impl Installation {
    /// The server in a folder.
    pub fn in_folder(folder: &Path) -> Installation {
        let has = |name: &str| folder.join("usr/sbin").join(name).is_file();
        let family = match (has("mariadbd"), has("mysqld")) {
            (true, _) => Family::Mariadb,
            (false, true) => Family::Mysql,
            (false, false) => panic!(
                "{}: no usr/sbin/mysqld, no usr/sbin/mariadbd",
                folder.display()
            ),
        };
        let folder = folder.canonicalize().expect("the folder");
        Installation { folder, family }
    }

    /// The server's program: with the libraries of its own folder.
    fn program(&self) -> Command {
        let name = match self.family {
            Family::Mysql => "mysqld",
            Family::Mariadb => "mariadbd",
        };
        let program = self.folder.join("usr/sbin").join(name);
        let loader = self.folder.join("lib64/ld-linux-x86-64.so.2");
        let mut command = match self.folder == Path::new("/") || !loader.exists() {
            true => Command::new(program),
            false => {
                let mut command = Command::new(loader);
                let libraries = self.folder.join("usr/lib/x86_64-linux-gnu");
                command.arg("--library-path").arg(libraries).arg(program);
                command
            }
        };
        let messages = self.texts();
        command
            .args([
                "--no-defaults",
                "--user=root",
                "--innodb-buffer-pool-size=32M",
            ])
            .arg(format!("--basedir={}", self.folder.join("usr").display()))
            .arg(format!("--lc-messages-dir={}", messages.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if self.family == Family::Mysql {
            let plugins = self.folder.join("usr/lib/mysql/plugin");
            command
                .arg(format!("--plugin-dir={}", plugins.display()))
                .args(["--innodb-redo-log-capacity=64M", "--secure-file-priv="]);
        }
        command
    }

    /// Where its texts are.
    fn texts(&self) -> PathBuf {
        let share = ["usr/share/mariadb", "usr/share/mysql"].map(|share| self.folder.join(share));
        let found = share.iter().find(|share| share.join("english").is_dir());
        found.expect("a folder of messages").clone()
    }

    /// Makes a data directory.
    pub fn initialise(&self, data: &Path) {
        let mut command = self.program();
        command.arg(format!("--datadir={}", data.display()));
        let done = match self.family {
            Family::Mysql => command
                .arg("--initialize-insecure")
                .arg(format!("--log-error={}.log", data.display()))
                .status(),
            Family::Mariadb => {
                fs::create_dir_all(data.join("mysql")).expect("a data directory");
                let mut sql = "USE mysql;\nSET @auth_root_socket=NULL;\n".to_owned();
                for part in [
                    "system_tables",
                    "performance_tables",
                    "system_tables_data",
                    "sys_schema",
                ] {
                    let names = ["mariadb", "mysql"].map(|name| format!("{name}_{part}.sql"));
                    let paths = names.map(|name| self.texts().join(name));
                    let path = paths.iter().find(|path| path.exists());
                    sql += &fs::read_to_string(path.expect("a script")).expect("a script");
                }
                let script = data.with_extension("sql");
                fs::write(&script, sql).expect("a script");
                let script = fs::File::open(script).expect("the script");
                command.arg("--bootstrap").stdin(script).status()
            }
        };
        assert!(
            done.expect("the server's program starts").success(),
            "no data directory"
        );
    }
}

/// A server that runs, or did.
pub struct Server<'a> {
    installation: &'a Installation,
    /// What it is called in the lab.
    pub name: &'static str,
    folder: PathBuf,
    /// Its port.
    pub port: u16,
    options: Vec<String>,
    child: Option<Child>,
    admin: Option<Session>,
}

impl<'a> Server<'a> {
    /// On a copy of a data directory; it does not run yet.
    pub fn new(
        installation: &'a Installation,
        name: &'static str,
        number: u32,
        folder: &Path,
    ) -> Server<'a> {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its number").port();
        let mut options: Vec<String> = [
            "bind-address=127.0.0.1",
            "log-bin=mysql-bin",
            "relay-log=mysql-relay-bin",
            "skip-name-resolve",
            "performance-schema=OFF",
        ]
        .map(str::to_owned)
        .into();
        options.push(format!("server-id={number}"));
        options.extend(match installation.family {
            Family::Mysql => vec![
                "gtid-mode=ON".to_owned(),
                "enforce-gtid-consistency=ON".to_owned(),
                "mysqlx=0".to_owned(),
                // The lab's workers write where they are at once.
                "replica-checkpoint-period=1".to_owned(),
            ],
            Family::Mariadb => vec![
                "log-slave-updates=ON".to_owned(),
                // The lab has no MIXED.
                "binlog-format=ROW".to_owned(),
            ],
        });
        Server {
            installation,
            name,
            folder: folder.join(name),
            port,
            options,
            child: None,
            admin: None,
        }
    }

    /// Takes a fresh copy of the data directory.
    pub fn copies(&mut self, base: &Path, number: u32) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).expect("a folder");
        let copied = Command::new("cp")
            .arg("-r")
            .arg(base)
            .arg(self.data())
            .status();
        assert!(
            copied.expect("cp").success(),
            "the data directory is copied"
        );
        if self.installation.family == Family::Mysql {
            let digits = number.to_string().repeat(8);
            let uuid = format!("[auto]\nserver-uuid={digits}-1111-1111-1111-111111111111\n");
            fs::write(self.data().join("auto.cnf"), uuid).expect("auto.cnf");
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// Starts it and waits until it answers.
    pub fn start(&mut self) {
        let mut command = self.installation.program();
        command
            .arg(format!("--datadir={}", self.data().display()))
            .arg(format!("--socket={}", self.socket().display()))
            .arg(format!("--pid-file={}", self.folder.join("pid").display()))
            .arg(format!("--log-error={}", self.folder.join("log").display()))
            .arg(format!("--port={}", self.port))
            .args(self.options.iter().map(|option| format!("--{option}")));
        self.child = Some(command.spawn().expect("the server's program starts"));
        let began = Instant::now();
        while self.admin.is_none() {
            self.admin = self.connect();
            let ended = self
                .child
                .as_mut()
                .is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(
                !ended && began.elapsed() < PATIENCE,
                "{} does not start:\n{}",
                self.name,
                log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A new session.
    pub fn connect(&self) -> Option<Session> {
        Session::connect(&self.socket()).ok()
    }

    /// Asks as the administrator; what the answer is not compared with anything.
    pub fn ask(&mut self, sql: &str) -> Answer {
        if self.admin.is_none() {
            self.admin = self.connect();
        }
        let Some(admin) = &mut self.admin else {
            return Answer::Lost;
        };
        admin.send(sql);
        let answer = admin.answer(PATIENCE).unwrap_or(Answer::Hangs);
        if answer == Answer::Lost {
            self.admin = None;
        }
        answer
    }

    /// The rows of an answer, each by its columns' names.
    pub fn rows(&mut self, sql: &str) -> Vec<BTreeMap<String, String>> {
        match self.ask(sql) {
            Answer::Rows(columns, rows, _) => {
                let named = |row: Vec<String>| columns.iter().cloned().zip(row).collect();
                rows.into_iter().map(named).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The Id of the administrator's connection.
    pub fn admin_id(&self) -> u32 {
        self.admin.as_ref().map_or(0, |admin| admin.id)
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        self.admin = None;
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}
