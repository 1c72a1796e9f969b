//! A progress bar with the time left, on standard error when that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over so many runs; silent if asked, or when nobody looks.
pub fn bar(runs: u64, quiet: bool) -> ProgressBar {
    let target = if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(runs), target);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:<40!} {bar:30} {pos}/{len} runs, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
