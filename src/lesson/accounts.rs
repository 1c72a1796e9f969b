//! Statements about users as MySQL rewrites them for the binlog.

use super::vocabulary::Password;

/// Privileges of the server in the order in which they are written; those of later versions follow as they were said.
const ORDER: [&str; 28] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "RELOAD",
    "SHUTDOWN",
    "PROCESS",
    "FILE",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "SHOW DATABASES",
    "SUPER",
    "CREATE TEMPORARY TABLES",
    "LOCK TABLES",
    "EXECUTE",
    "REPLICATION SLAVE",
    "REPLICATION CLIENT",
    "CREATE VIEW",
    "SHOW VIEW",
    "CREATE ROUTINE",
    "ALTER ROUTINE",
    "CREATE USER",
    "EVENT",
    "TRIGGER",
    "CREATE TABLESPACE",
];

/// CREATE USER: as it is shown here, and the length that it has there.
pub fn created(user: &str, has_password: bool, text: &str, by: Password) -> (String, usize) {
    let Password::Hashed { plugin, length } = by else {
        return (text.to_owned(), text.len());
    };
    let unless = match text.to_ascii_uppercase().contains("IF NOT EXISTS") {
        true => "IF NOT EXISTS ",
        false => "",
    };
    let begin = format!("CREATE USER {unless}{user} IDENTIFIED WITH '{plugin}'");
    match has_password {
        false => (begin.clone(), begin.len()),
        // A hash is written instead of the password.
        true => {
            let length = begin.len() + " AS ''".len() + length;
            (format!("{begin} AS '<secret>'"), length)
        }
    }
}

/// GRANT, typed in a default database.
pub fn granted(user: &str, text: &str, database: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let said = upper
        .find(" ON ")
        .and_then(|on| upper.get("GRANT".len()..on));
    let Some((said, (of, table))) = said
        .zip(object(text))
        .filter(|_| !upper.contains("IDENTIFIED"))
    else {
        return text.to_owned();
    };
    let words = |said: &str| said.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut privileges: Vec<String> = said.split(',').map(words).collect();
    let place = |name: &String| ORDER.iter().position(|known| known == name);
    privileges.sort_by_key(|name| place(name).unwrap_or(ORDER.len()));
    let privileges = match privileges.join(", ").as_str() {
        "ALL" => "ALL PRIVILEGES".to_owned(),
        said => said.to_owned(),
    };
    let of = match (of, table) {
        (None, "*") => "*".to_owned(),
        (of, _) => format!("`{}`", of.unwrap_or(database)),
    };
    let table = match table {
        "*" => "*".to_owned(),
        table => format!("`{table}`"),
    };
    let option = match upper.contains("WITH GRANT OPTION") {
        true => " WITH GRANT OPTION",
        false => "",
    };
    format!("GRANT {privileges} ON {of}.{table} TO {user}{option}")
}

/// Database, if one was said, and table of a GRANT; `*` is every table.
pub fn object(text: &str) -> Option<(Option<&str>, &str)> {
    let upper = text.to_ascii_uppercase();
    let (on, to) = (upper.find(" ON ")?, upper.find(" TO ")?);
    let object = text.get(on + " ON ".len()..to)?.trim();
    let (of, table) = match object.split_once('.') {
        Some((of, table)) => (Some(of.trim_matches('`')), table),
        None => (None, object),
    };
    Some((of.filter(|of| *of != "*"), table.trim_matches('`')))
}
