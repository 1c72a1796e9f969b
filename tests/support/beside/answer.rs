//! What a statement is answered, by the lab or by a real server, as values that can be compared.

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `Query OK`, and what the client prints below it.
    Ok(String),
    /// `ERROR 1062 (23000): ...`
    Error(String),
    /// Names of columns, rows, and how many warnings.
    Rows(Vec<String>, Vec<Vec<String>>, u64),
    /// The connection ended.
    Lost,
    /// It hangs.
    Hangs,
    /// The lab does not model it.
    Refused(String),
}

fn warned(warnings: u64) -> String {
    match warnings {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        many => format!(", {many} warnings"),
    }
}

impl Answer {
    /// `Query OK` as the client prints it, without its time.
    pub fn ok(affected: u64, warnings: u64, info: &str) -> Answer {
        let rows = if affected == 1 { "row" } else { "rows" };
        let said = format!("Query OK, {affected} {rows} affected{}", warned(warnings));
        match info {
            "" => Answer::Ok(said),
            info => Answer::Ok(format!("{said}\n{info}")),
        }
    }

    /// Rows.
    pub fn rows(columns: Vec<String>, rows: Vec<Vec<String>>, warnings: u64) -> Answer {
        Answer::Rows(columns, rows, warnings)
    }

    /// What the lab printed below each other.
    pub fn of_lab(said: &str) -> Answer {
        if said.starts_with("ERROR 2013") || said.starts_with("ERROR 2006") {
            return Answer::Lost;
        }
        if said.starts_with("ERROR ") {
            return Answer::Error(said.to_owned());
        }
        if said.starts_with("Database changed") || said.is_empty() {
            return Answer::ok(0, 0, "");
        }
        let (first, rest) = said.split_once('\n').unwrap_or((said, ""));
        let warnings = |line: &str| {
            let (_, behind) = line.split_once(", ").unwrap_or_default();
            let (number, _) = behind.split_once(" warning").unwrap_or_default();
            number.parse().unwrap_or(0)
        };
        if first.starts_with("Query OK") {
            let (result, _) = first.rsplit_once(" (").unwrap_or((first, ""));
            let all = format!("{result}\n{rest}");
            return Answer::Ok(all.trim_end().to_owned());
        }
        if first.starts_with("Empty set") {
            return Answer::Rows(Vec::new(), Vec::new(), warnings(first));
        }
        let last = said.lines().last().unwrap_or_default();
        let mut columns: Vec<String> = Vec::new();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for line in said.lines().take(said.lines().count() - 1) {
            if line.starts_with("***") {
                rows.push(Vec::new());
                continue;
            }
            let is_first = rows.len() == 1;
            let Some(row) = rows.last_mut() else {
                return Answer::Refused(said.to_owned());
            };
            let name = line
                .split_once(": ")
                .or(line.strip_suffix(':').map(|name| (name, "")));
            let expected = columns.get(row.len());
            match name {
                Some((name, value))
                    if expected.is_none_or(|expected| expected == name.trim_start())
                        && (!is_first || !is_set_of_gtids(line)) =>
                {
                    row.push(value.to_owned());
                    if is_first {
                        columns.push(name.trim_start().to_owned());
                    }
                }
                // A value of several lines.
                _ => {
                    let value = row.last_mut().expect("a value");
                    *value += "\n";
                    *value += line;
                }
            }
        }
        Answer::Rows(columns, rows, warnings(last))
    }

    /// Everything in it that can be compared, each with its name.
    pub fn values(&self) -> Vec<(String, String)> {
        let one = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        match self {
            Answer::Ok(said) => one("result", said),
            Answer::Error(said) => one("result", said),
            Answer::Lost => one("result", "the connection is lost"),
            Answer::Hangs => one("result", "hangs"),
            Answer::Refused(problem) => one("result", &format!("refused: {problem}")),
            Answer::Rows(columns, rows, warnings) => {
                let mut all = one("result", &format!("rows{}", warned(*warnings)));
                if !rows.is_empty() {
                    all.extend(one("columns", &columns.join(" ")));
                }
                all.extend(one("rows", &rows.len().to_string()));
                for row in rows {
                    let cells = columns.iter().cloned().zip(row.iter().cloned());
                    all.extend(cells);
                }
                all
            }
        }
    }
}

/// Whether a line is the second or later one of a set of GTIDs: it begins with a UUID.
fn is_set_of_gtids(line: &str) -> bool {
    line.get(..36).is_some_and(|start| {
        start.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && start.contains('-')
    })
}
