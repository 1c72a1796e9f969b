//! A client of a real server: the protocol of MySQL and MariaDB over a socket file, as much of it as statements need.

use super::answer::Answer;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Capabilities: LONG_PASSWORD, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH.
const CAPABILITIES: u32 = 0x1 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;
/// utf8mb4_general_ci.
const CHARSET: u8 = 45;

/// A connection: statements are sent, and answers may come later.
pub struct Session {
    /// Its Id on the server.
    pub id: u32,
    statements: Sender<String>,
    answers: Receiver<Answer>,
    /// Its statement has no answer yet.
    pub waits: bool,
}

impl Session {
    /// Logs in as root, who has no password.
    pub fn connect(socket: &Path) -> Result<Session> {
        let mut stream = UnixStream::connect(socket)?;
        let id = log_in(&mut stream)?;
        let (statements, typed) = channel::<String>();
        let (answered, answers) = channel();
        std::thread::spawn(move || {
            for statement in typed {
                let answer = ask(&mut stream, &statement).unwrap_or(Answer::Lost);
                if answered.send(answer).is_err() {
                    return;
                }
            }
        });
        Ok(Session {
            id,
            statements,
            answers,
            waits: false,
        })
    }

    /// Sends a statement.
    pub fn send(&mut self, statement: &str) {
        self.waits = self.statements.send(statement.to_owned()).is_ok();
    }

    /// The answer, if it comes within this time.
    pub fn answer(&mut self, within: Duration) -> Option<Answer> {
        let answer = match self.answers.recv_timeout(within) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => Answer::Lost,
        };
        self.waits = false;
        Some(answer)
    }
}

fn packet(stream: &mut UnixStream) -> Result<(u8, Vec<u8>)> {
    let mut whole = Vec::new();
    loop {
        let mut head = [0; 4];
        stream.read_exact(&mut head)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize;
        let from = whole.len();
        whole.resize(from + length, 0);
        stream.read_exact(&mut whole[from..])?;
        if length < 0xff_ffff {
            return Ok((head[3], whole));
        }
    }
}

fn send(stream: &mut UnixStream, number: u8, body: &[u8]) -> Result<()> {
    let mut all = (body.len() as u32).to_le_bytes();
    all[3] = number;
    stream.write_all(&all)?;
    stream.write_all(body)
}

fn log_in(stream: &mut UnixStream) -> Result<u32> {
    let (_, hello) = packet(stream)?;
    let refused = || Error::new(ErrorKind::ConnectionRefused, "no greeting");
    let end = hello
        .iter()
        .skip(1)
        .position(|byte| *byte == 0)
        .ok_or_else(refused)?
        + 2;
    let id = hello.get(end..end + 4).ok_or_else(refused)?;
    let id = u32::from_le_bytes([id[0], id[1], id[2], id[3]]);
    // Behind the Id: 8 + 1 bytes of scramble, 2 + 1 + 2 + 2 of flags, 1 + 10 of lengths, 13 of scramble, the plugin's name.
    let plugin = hello.get(end + 44..).unwrap_or_default();
    let mut body = CAPABILITIES.to_le_bytes().to_vec();
    body.extend(0x100_0000u32.to_le_bytes());
    body.push(CHARSET);
    body.extend([0; 23]);
    body.extend(b"root\0\0");
    body.extend(plugin);
    send(stream, 1, &body)?;
    loop {
        let (number, said) = packet(stream)?;
        match said.first() {
            Some(0) => return Ok(id),
            // Another plugin: without a password its answer is empty, too.
            Some(0xfe) => send(stream, number + 1, &[])?,
            Some(1) => {}
            _ => {
                let text = String::from_utf8_lossy(&said).into_owned();
                return Err(Error::new(ErrorKind::PermissionDenied, text));
            }
        }
    }
}

/// Takes a packet apart.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn number(&mut self, bytes: usize) -> u64 {
        let taken = self.take(bytes).iter().rev();
        taken.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// A number with its length, or None for NULL.
    fn length(&mut self) -> Option<u64> {
        match self.number(1) {
            0xfb => None,
            0xfc => Some(self.number(2)),
            0xfd => Some(self.number(3)),
            0xfe => Some(self.number(8)),
            small => Some(small),
        }
    }

    fn text(&mut self) -> String {
        match self.length() {
            None => "NULL".to_owned(),
            Some(length) => String::from_utf8_lossy(self.take(length as usize)).into_owned(),
        }
    }
}

fn is_end(said: &[u8]) -> bool {
    said.first() == Some(&0xfe) && said.len() < 9
}

fn error(said: &[u8]) -> Answer {
    let mut bytes = Bytes(&said[1..]);
    let number = bytes.number(2);
    let rest = String::from_utf8_lossy(bytes.0).into_owned();
    let (state, text) = match rest.strip_prefix('#') {
        Some(rest) => rest.split_at(5),
        None => ("HY000", rest.as_str()),
    };
    Answer::Error(format!("ERROR {number} ({state}): {text}"))
}

fn ask(stream: &mut UnixStream, statement: &str) -> Result<Answer> {
    let mut body = vec![3];
    body.extend(statement.as_bytes());
    send(stream, 0, &body)?;
    let (_, said) = packet(stream)?;
    match said.first() {
        Some(0) => {
            let mut bytes = Bytes(&said[1..]);
            let affected = bytes.length().unwrap_or(0);
            bytes.length();
            bytes.number(2);
            let warnings = bytes.number(2);
            let info = match bytes.0 {
                [] => String::new(),
                _ => bytes.text(),
            };
            return Ok(Answer::ok(affected, warnings, &info));
        }
        Some(0xff) => return Ok(error(&said)),
        _ => {}
    }
    let count = Bytes(&said).length().unwrap_or(0);
    let mut columns = Vec::new();
    for _ in 0..count {
        let (_, said) = packet(stream)?;
        let mut bytes = Bytes(&said);
        let name = (0..5).map(|_| bytes.text()).last();
        columns.push(name.unwrap_or_default());
    }
    packet(stream)?;
    let mut rows = Vec::new();
    loop {
        let (_, said) = packet(stream)?;
        if said.first() == Some(&0xff) {
            return Ok(error(&said));
        }
        if is_end(&said) {
            let warnings = Bytes(&said[1..]).number(2);
            return Ok(Answer::rows(columns, rows, warnings));
        }
        let mut bytes = Bytes(&said);
        rows.push((0..count).map(|_| bytes.text()).collect());
    }
}
