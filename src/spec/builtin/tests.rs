//! Tests of `builtin`.

use super::*;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_file_of_models_and_experiments_is_built_in() {
    for (directory, levels, shelf) in [
        ("models", 3, &MODELS[..]),
        ("experiments", 0, &EXPERIMENTS[..]),
        ("lessons", 0, &LESSONS[..]),
    ] {
        let mut files = BTreeSet::new();
        files_below(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(directory),
            "",
            levels,
            &mut files,
        );
        let built_in: BTreeSet<String> = shelf.iter().map(|entry| entry.0.to_string()).collect();
        assert_eq!(built_in, files, "{directory}");
    }
}

fn files_below(directory: &Path, prefix: &str, levels: u32, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            if levels > 0 {
                let prefix = format!("{prefix}{name}/");
                files_below(&entry.path(), &prefix, levels - 1, files);
            }
        } else {
            files.insert(format!("{prefix}{}", name.trim_end_matches(".json")));
        }
    }
}
