//! A lesson as Markdown: transcripts, pictures as text, and the same pictures as SVG files beside it.

use super::charts::axis::{OverAxis, Panel, Series};
use super::markdown::{fence, plain};
use super::trace;
use super::way;
use crate::lesson::part::{Part, Played};

/// Rows of a lag picture in a text.
const LAG_ROWS: usize = 24;
/// Width of its bars, in characters.
const LAG_WIDTH: usize = 40;

/// Where a lesson's pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// Drawn in the text.
    InTheText,
    /// In files, which the text links.
    InFiles,
}

/// The Markdown, and the pictures' files (SVG, and their traces for other programs); the text links the SVGs or
/// draws them.
pub fn markdown(played: &Played, name: &str, shown: Pictures) -> (String, Vec<(String, String)>) {
    let mut out = format!("# {}\n", plain(&played.title));
    if !played.question.is_empty() {
        out += &format!("\n{}\n", plain(&played.question));
    }
    let fence = fence(played.parts.iter().flat_map(shown_as_it_is));
    let mut pictures = Vec::new();
    let mut traces = Vec::new();
    let mut terminal = false;
    for part in &played.parts {
        let is_terminal = matches!(part, Part::Terminal(_));
        if terminal && !is_terminal {
            out += &format!("{fence}\n");
        }
        if is_terminal && !terminal {
            out += &format!("\n{fence}\n");
        } else if is_terminal {
            out.push('\n');
        }
        terminal = is_terminal;
        let number = pictures.len() + 1;
        let mut picture = |caption: &str, text: String, svg: String| {
            let file = format!("{name}-{number}.svg");
            let caption = plain(caption);
            let shown = match shown {
                Pictures::InFiles => format!("\n![{caption}]({file})\n\n*{caption}*\n"),
                Pictures::InTheText => {
                    format!("\n*{caption}*\n\n{fence}\n{}{fence}\n", ended(&text))
                }
            };
            pictures.push((file, svg));
            shown
        };
        out += &match part {
            Part::Text(text) => format!("\n{text}\n"),
            Part::Terminal(text) => ended(text),
            Part::SpaceTime { caption, trace } => {
                let diagram = trace::diagram_with_bars(caption, trace);
                let shown = picture(caption, diagram.text(), diagram.svg());
                // The same events for other programs.
                for (ending, text) in [
                    ("mmd", trace::mermaid(caption, trace)),
                    ("jsonl", trace::jsonl(trace)),
                    ("perfetto.json", trace::perfetto(trace)),
                    ("shiviz.log", trace::shiviz(trace)),
                ] {
                    traces.push((format!("{name}-{number}.{ending}"), text));
                }
                shown
            }
            Part::Way { caption, stages } => {
                picture(caption, way::text(stages), way::svg(caption, stages))
            }
            Part::Lag {
                caption,
                names,
                points,
            } => picture(
                caption,
                lag_text(names, points),
                lag_chart(caption, names, points).svg(),
            ),
            Part::Experiment(text) => format!("\n{}", ended(text)),
            Part::Questions(questions) => asked(questions, &fence),
        };
    }
    if terminal {
        out += &format!("{fence}\n");
    }
    pictures.extend(traces);
    (out, pictures)
}

/// A text with a newline at its end, and no blanks at the ends of its lines.
fn ended(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// What stands in a part between fences, as far as it comes from others.
fn shown_as_it_is(part: &Part) -> Vec<&str> {
    match part {
        Part::Terminal(text) => vec![text],
        Part::Way { stages, .. } => stages.iter().map(|stage| stage.server.as_str()).collect(),
        Part::SpaceTime { trace, .. } => trace.places.iter().map(String::as_str).collect(),
        Part::Lag { names, .. } => names.iter().map(String::as_str).collect(),
        Part::Questions(questions) => questions.iter().map(|asked| asked.1.as_str()).collect(),
        Part::Text(_) | Part::Experiment(_) => Vec::new(),
    }
}

fn asked(questions: &[(String, String)], fence: &str) -> String {
    let mut out =
        "\n## Questions to the reader\n\nEach is answered by changing one value.\n".to_owned();
    for (number, (ask, command)) in questions.iter().enumerate() {
        let command = command.replace('\n', "\n   ");
        out += &format!(
            "\n{}. {ask}\n\n   {fence}\n   {command}\n   {fence}\n",
            number + 1
        );
    }
    out
}

/// Moments at which the lag is drawn: as many as fit, the first and the last among them.
fn moments(points: &[(f64, Vec<u64>)]) -> Vec<usize> {
    if points.len() <= LAG_ROWS {
        return (0..points.len()).collect();
    }
    (0..LAG_ROWS)
        .map(|row| row * (points.len() - 1) / (LAG_ROWS - 1))
        .collect()
}

fn lag_text(names: &[String], points: &[(f64, Vec<u64>)]) -> String {
    let most = points
        .iter()
        .flat_map(|point| &point.1)
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    let mut out = String::new();
    for (replica, name) in names.iter().enumerate() {
        out += &format!("{name}, transactions behind\n");
        for at in moments(points) {
            let (seconds, behind) = &points[at];
            let behind = behind[replica];
            let bar = (behind as u128 * LAG_WIDTH as u128).div_ceil(u128::from(most)) as usize;
            out += &format!("{seconds:>9.2} s {behind:>7} {}\n", "#".repeat(bar));
        }
    }
    if points.len() > LAG_ROWS {
        out += &format!(
            "({LAG_ROWS} of {} moments at which the lag changed)\n",
            points.len()
        );
    }
    out
}

fn lag_chart(caption: &str, names: &[String], points: &[(f64, Vec<u64>)]) -> OverAxis {
    let series = names.iter().enumerate().map(|(replica, name)| {
        let mut line: Vec<(f64, f64)> = Vec::new();
        for (seconds, behind) in points {
            // Steps: the lag stays as it was until it changes.
            if let Some(last) = line.last().copied() {
                line.push((*seconds, last.1));
            }
            line.push((*seconds, behind[replica] as f64));
        }
        Series {
            name: name.clone(),
            points: line,
        }
    });
    OverAxis {
        title: caption.to_owned(),
        x_label: "time (s)".to_owned(),
        log_x: false,
        panels: vec![Panel {
            name: String::new(),
            y_label: "behind (transactions)".to_owned(),
            log_y: false,
            series: series.collect(),
        }],
    }
}
