//! The known name nearest to a mistyped one.

/// The longest name, in bytes, that may be meant to be another.
const LONGEST: usize = 200;

/// The name among `known` that `name` was probably meant to be; `None` when nothing is near.
pub fn nearest<'a>(
    name: &str,
    known: impl IntoIterator<Item = impl AsRef<str> + 'a>,
) -> Option<String> {
    // Nobody mistypes so much: and the search takes a step for each pair of letters.
    if name.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .filter(|candidate| candidate.as_ref().len() <= LONGEST)
        .map(|candidate| {
            (
                likeness(name, candidate.as_ref()),
                candidate.as_ref().to_string(),
            )
        })
        // 0.7 keeps `aftr_commit` -> `after_commit` and drops names that only share a letter or two
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, candidate)| candidate)
}

/// From 0 to 1: alike letter by letter, or word by word in another order, or one a part of the other.
fn likeness(name: &str, candidate: &str) -> f64 {
    let (a, b) = (plain(name), plain(candidate));
    let part = if a.len() > 3 && b.contains(&a) {
        0.8
    } else {
        0.0
    };
    strsim::jaro_winkler(&a, &b)
        .max(strsim::jaro_winkler(&sorted(&a), &sorted(&b)))
        .max(part)
}

fn sorted(name: &str) -> String {
    let mut words: Vec<&str> = name.split('_').collect();
    words.sort_unstable();
    words.join("_")
}

/// Case and the choice between `-` and `_` are never what makes two names different.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// Names as a reader wants them in a sentence: `a, b or c`.
pub fn listed(names: &[impl AsRef<str>]) -> String {
    match names {
        [] => String::from("nothing"),
        [only] => only.as_ref().to_string(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests;
