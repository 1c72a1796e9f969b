//! Documents and what points to them: sections that comments name exist, links lead somewhere, the README stays a front page.

use replsim::explore::properties::Property;
use replsim::spec::metric::Metric;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words of the README at the most: it is a front page, everything else is in `docs`.
const FRONT_PAGE: usize = 1600;

/// Where comments and documents are.
const PLACES: [&str; 10] = [
    "src",
    "tests",
    "benches",
    "fuzz/fuzz_targets",
    "docs",
    "experiments",
    "lessons",
    "models",
    "README.md",
    "CONTRIBUTING.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text file below a place, without what is broken on purpose.
fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(place).expect("a folder of the repository") {
        let path = entry.expect("readable").path();
        let texts = ["rs", "md", "json", "patch"];
        let is_text = |path: &Path| {
            path.extension()
                .is_some_and(|end| texts.iter().any(|text| end == *text))
        };
        if path.is_dir() && !path.ends_with("broken") {
            found.extend(files(&path));
        } else if is_text(&path) && !path.ends_with("tests/documents.rs") {
            found.push(path);
        }
    }
    found
}

fn every_file() -> Vec<(String, String)> {
    let all = PLACES.iter().flat_map(|place| files(&root().join(place)));
    all.map(|path| {
        let name = path.strip_prefix(root()).expect("below the root");
        (name.display().to_string(), read(&path))
    })
    .collect()
}

/// README, CONTRIBUTING and `docs/*.md`, with their paths.
fn documents() -> Vec<(String, String)> {
    let mut all = every_file();
    all.retain(|(name, _)| name.ends_with(".md"));
    all
}

/// The numbers of a document's sections, and of the items of their lists: "6" and "6.5".
fn sections(document: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut section = String::new();
    for line in document.lines() {
        let heading = line.starts_with('#');
        let first = line.trim_start_matches('#').trim_start();
        let first = first.split_whitespace().next().unwrap_or_default();
        let number = first.trim_end_matches('.').to_owned();
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        if heading {
            section.clone_from(&number);
            found.insert(number);
        } else if first.ends_with('.') && line.starts_with(|c: char| c.is_ascii_digit()) {
            found.insert(format!("{section}.{number}"));
        }
    }
    found
}

/// One line without the marks of comments.
fn flat(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("//").unwrap_or(line);
        line.trim_start_matches(['/', '!']).trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// The section numbers behind each mention of a document: "semantics.md 1.1, 4.1" and "[semantics.md](semantics.md) 5".
fn named(text: &str, document: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(document) {
        let before = text[..at].trim_end_matches(|c: char| "./".contains(c) || c.is_alphanumeric());
        let mut rest = &text[at + document.len()..];
        if before.ends_with("](") {
            rest = rest.strip_prefix(')').unwrap_or(rest);
        }
        while let Some(number) = rest
            .strip_prefix(' ')
            .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '.'))
            .and_then(|mut words| words.next())
            .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        {
            rest = &rest[1 + number.len()..];
            found.push(number.trim_end_matches('.').to_owned());
            let more = [",", ";", " and"]
                .iter()
                .find_map(|joint| rest.strip_prefix(joint));
            rest = more.unwrap_or("");
        }
    }
    found
}

#[test]
fn every_section_that_is_named_exists() {
    let mut problems = Vec::new();
    let mut references = 0;
    for document in ["semantics.md", "field.md"] {
        let sections = sections(&read(format!("docs/{document}")));
        for (file, text) in every_file() {
            for number in named(&flat(&text), document) {
                references += 1;
                if !sections.contains(&number) {
                    problems.push(format!("{file}: {document} has no section {number}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(
        references > 150,
        "{references} references: are they still found?"
    );
}

#[test]
fn every_document_that_a_comment_names_exists_and_has_the_heading_that_is_quoted() {
    let mut problems = Vec::new();
    for (file, text) in every_file() {
        let comments = text
            .lines()
            .filter(|line| line.trim_start().starts_with("//"));
        let comments = flat(&comments.collect::<Vec<_>>().join("\n"));
        for (at, _) in comments.match_indices(".md") {
            let name = comments[..at].rsplit(|c: char| !c.is_alphanumeric() && !"-_/".contains(c));
            let name = format!("{}.md", name.into_iter().next().unwrap_or_default());
            let places = [root().join("docs").join(&name), root().join(&name)];
            let Some(document) = places.iter().find(|path| path.is_file()) else {
                problems.push(format!("{file}: there is no {name}"));
                continue;
            };
            let quoted = comments[at + 3..].strip_prefix(", \"");
            if let Some(heading) = quoted.and_then(|rest| rest.split('"').next())
                && !headings(&read(document)).any(|known| known == heading)
            {
                problems.push(format!("{file}: {name} has no heading {heading:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The lines of a Markdown document that are not code, with what is code in them blanked.
fn prose(document: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in document.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && !line.starts_with("    ") {
            let parts = line.split('`').enumerate();
            let said = parts.map(|(at, part)| if at % 2 == 0 { part } else { "_" });
            lines.push(said.collect::<String>());
        }
    }
    lines
}

fn headings(document: &str) -> impl Iterator<Item = String> + use<> {
    let mut fenced = false;
    let lines: Vec<String> = document.lines().map(str::to_owned).collect();
    lines.into_iter().filter_map(move |line| {
        fenced ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        (!fenced && title.len() < line.len()).then(|| title.trim().to_owned())
    })
}

/// What GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || "-_".contains(*c))
        .collect()
}

/// What is wrong with a document's relative links.
fn broken_links(name: &str, document: &str) -> Vec<String> {
    let folder = root().join(name);
    let folder = folder.parent().expect("a file is in a folder");
    let mut problems = Vec::new();
    for line in prose(document) {
        for target in line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let text = match file {
                "" => Some(document.to_owned()),
                file if folder.join(file).is_dir() => Some(String::new()),
                file => fs::read_to_string(folder.join(file)).ok(),
            };
            let leads = |text: &str| {
                heading.is_empty() || headings(text).any(|known| anchor(&known) == heading)
            };
            match text {
                None => problems.push(format!("{name}: {target}: there is no such file")),
                Some(text) if !leads(&text) => {
                    problems.push(format!("{name}: {target}: there is no such heading"));
                }
                Some(_) => {}
            }
        }
    }
    problems
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let links = documents();
    let problems: Vec<String> = links
        .iter()
        .flat_map(|(name, text)| broken_links(name, text))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Paths of source files in the guides: below the root or below `src`.
#[test]
fn every_source_file_that_a_guide_names_exists() {
    let mut problems = Vec::new();
    for (name, text) in documents() {
        // The first speaks of the servers' own sources.
        if name == "docs/semantics.md" || name == "docs/field.md" {
            continue;
        }
        for path in text.split('`').filter(|word| word.ends_with(".rs")) {
            let there = |base: &str| root().join(base).join(path).is_file();
            if !path.contains([' ', '\n']) && !there("") && !there("src") {
                problems.push(format!("{name}: there is no {path}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_readme_is_a_front_page() {
    let words = read("README.md").split_whitespace().count();
    assert!(
        words <= FRONT_PAGE,
        "README.md has {words} words, more than {FRONT_PAGE}"
    );
}

#[test]
fn the_glossary_has_every_metric_and_the_page_about_check_every_property() {
    let (glossary, check) = (read("docs/glossary.md"), read("docs/check.md"));
    for metric in Metric::ALL {
        let heading = metric.entry().column.map_or("", |column| column.heading);
        let heading: Vec<&str> = heading.split_whitespace().collect();
        let row = format!("| {} | `{}` |", heading.join(" "), metric.entry().name);
        let row = row.replace("|  |", "| |");
        assert!(glossary.contains(&row), "docs/glossary.md lacks {row}");
    }
    for property in Property::ALL {
        let name = property.name();
        assert!(check.contains(name), "docs/check.md lacks {name:?}");
    }
}

/// The README's own table is compared in `tests/experiments.rs`.
#[test]
fn tables_that_documents_quote_are_what_the_program_prints() {
    let (page, snapshot) = (read("docs/results.md"), read("snapshots/site-loss.snap"));
    let quoted = |line: &&str| line.starts_with("    async ") || line.starts_with("    after_");
    let rows: Vec<&str> = page.lines().filter(quoted).collect();
    assert_eq!(rows.len(), 3, "a row per mode");
    for row in rows {
        let printed = snapshot.lines().any(|line| line.trim() == row.trim());
        assert!(
            printed,
            "docs/results.md: `run site-loss` does not print this row:\n{row}"
        );
    }
}

// The checks themselves: each finds what it is there for.

#[test]
fn numbers_of_sections_are_found_however_they_are_written() {
    let text = flat(
        "//! (semantics.md 8; 12a; field.md 1)\n/// as semantics.md\n/// 6.2, and so on; [semantics.md](../semantics.md) 5.2 f\n\
         // semantics.md 0 and 12, semantics.md, \"Fencing\". Of 3 more.",
    );
    let found = ["8", "12a", "6.2", "5.2", "0", "12"];
    assert_eq!(named(&text, "semantics.md"), found);
    let document = "## 6. Physics\n5. **Async loss**\n### 12a Measured\n 7. not at the margin\n";
    let known: Vec<String> = sections(document).into_iter().collect();
    assert_eq!(known, ["12a", "6", "6.5"]);
}

#[test]
fn a_link_to_nowhere_is_found_and_code_is_not_a_link() {
    let text = "# Top\n[a](#top) [b](docs/limits.md#limits-of-input) `[c](x)`\n    [d](x)\n```\n[e](x)\n```\n";
    assert_eq!(broken_links("README.md", text), Vec::<String>::new());
    let wrong = "# Top\n[a](#bottom) [b](docs/no.md)\n[c](docs/limits.md#no-such)\n";
    assert_eq!(broken_links("README.md", wrong).len(), 3);
}
