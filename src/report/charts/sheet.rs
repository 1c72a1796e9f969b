//! A sheet of shapes in pixels, drawn as SVG once its height is known.

mod letters;

use letters::printable;
pub(crate) use letters::{text_width, wrap};

use super::{Mark, Style, WIDTH};
use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle, WHITE};

/// Height of a line of ordinary text, in pixels.
pub(crate) const LINE: i32 = 16;
/// Size of ordinary text, in pixels.
pub(crate) const SMALL: i32 = 12;
/// Size of a title, in pixels.
pub(crate) const LARGE: i32 = 16;
/// Free space at the edge of the sheet, in pixels.
pub(crate) const MARGIN: i32 = 16;
/// Grid lines and frames.
pub(crate) const PALE: RGBColor = RGBColor(222, 222, 222);
/// Axis lines and notes.
pub(crate) const GREY: RGBColor = RGBColor(90, 90, 90);

enum Shape {
    Path(Vec<(i32, i32)>, RGBColor, u32),
    Area(Vec<(i32, i32)>, RGBColor),
    Box((i32, i32), (i32, i32), RGBColor, bool),
    Circle((i32, i32), i32, RGBColor, bool),
    Text((i32, i32), HPos, i32, FontStyle, RGBColor, String),
}

/// Shapes in the order they are drawn; x to the right, y down.
#[derive(Default)]
pub(crate) struct Sheet {
    shapes: Vec<Shape>,
}

impl Sheet {
    pub(crate) fn line(&mut self, from: (i32, i32), to: (i32, i32), color: RGBColor, width: u32) {
        self.shapes.push(Shape::Path(vec![from, to], color, width));
    }

    pub(crate) fn fill(&mut self, from: (i32, i32), to: (i32, i32), color: RGBColor) {
        self.shapes.push(Shape::Box(from, to, color, true));
    }

    pub(crate) fn outline(&mut self, from: (i32, i32), to: (i32, i32), color: RGBColor) {
        self.shapes.push(Shape::Box(from, to, color, false));
    }

    pub(crate) fn area(&mut self, points: Vec<(i32, i32)>, color: RGBColor) {
        self.shapes.push(Shape::Area(points, color));
    }

    /// Text whose middle line is at `at.1`.
    pub(crate) fn text(&mut self, at: (i32, i32), anchor: HPos, text: &str) {
        self.push_text(at, anchor, SMALL, FontStyle::Normal, BLACK, text);
    }

    pub(crate) fn note(&mut self, at: (i32, i32), anchor: HPos, text: &str) {
        self.push_text(at, anchor, SMALL, FontStyle::Normal, GREY, text);
    }

    pub(crate) fn bold(&mut self, at: (i32, i32), anchor: HPos, text: &str) {
        self.push_text(at, anchor, SMALL, FontStyle::Bold, BLACK, text);
    }

    fn push_text(
        &mut self,
        at: (i32, i32),
        anchor: HPos,
        size: i32,
        style: FontStyle,
        color: RGBColor,
        text: &str,
    ) {
        let text: String = text.chars().map(printable).collect();
        self.shapes
            .push(Shape::Text(at, anchor, size, style, color, text));
    }

    /// The title, in as many lines as it needs; returns the y below it.
    pub(crate) fn title(&mut self, title: &str) -> i32 {
        let mut y = MARGIN;
        for line in wrap(title, LARGE, WIDTH - 2 * MARGIN) {
            let at = (MARGIN, y + LARGE / 2);
            self.push_text(at, HPos::Left, LARGE, FontStyle::Bold, BLACK, &line);
            y += LARGE + 6;
        }
        y + 4
    }

    /// A path in ink and gaps; `dash` empty is a solid line.
    pub(crate) fn dashed(&mut self, points: &[(f64, f64)], color: RGBColor, dash: &[f64], w: u32) {
        let mut index = 0;
        let mut left = dash.first().copied().unwrap_or(f64::INFINITY);
        let mut ink: Vec<(i32, i32)> = points.first().map(|p| pixel(*p)).into_iter().collect();
        for pair in points.windows(2) {
            let (mut at, to) = (pair[0], pair[1]);
            loop {
                let (dx, dy) = (to.0 - at.0, to.1 - at.1);
                let length = libm::sqrt(dx * dx + dy * dy);
                let done = length <= left || !length.is_finite();
                at = if done {
                    left -= length;
                    to
                } else {
                    (at.0 + dx * left / length, at.1 + dy * left / length)
                };
                if index % 2 == 0 && ink.last() != Some(&pixel(at)) {
                    ink.push(pixel(at));
                }
                if done {
                    break;
                }
                index += 1;
                left = dash[index % dash.len()];
                if index % 2 == 0 {
                    ink = vec![pixel(at)];
                } else if ink.len() > 1 {
                    self.shapes
                        .push(Shape::Path(std::mem::take(&mut ink), color, w));
                }
            }
        }
        if index % 2 == 0 && ink.len() > 1 {
            self.shapes.push(Shape::Path(ink, color, w));
        }
    }

    pub(crate) fn mark(&mut self, (x, y): (i32, i32), style: Style) {
        let color = style.color;
        match style.mark {
            Mark::Disc => self.shapes.push(Shape::Circle((x, y), 3, color, true)),
            Mark::Ring => {
                self.shapes.push(Shape::Circle((x, y), 4, WHITE, true));
                self.shapes.push(Shape::Circle((x, y), 4, color, false));
            }
            Mark::Square => self.fill((x - 3, y - 3), (x + 3, y + 3), color),
            Mark::Triangle => self.area(vec![(x - 4, y + 3), (x + 4, y + 3), (x, y - 5)], color),
            Mark::Diamond => self.area(vec![(x - 4, y), (x, y + 4), (x + 4, y), (x, y - 4)], color),
            Mark::Cross => {
                self.line((x - 3, y - 3), (x + 3, y + 3), color, 2);
                self.line((x - 3, y + 3), (x + 3, y - 3), color, 2);
            }
        }
    }

    /// The sheet as SVG, `height` pixels high.
    pub(crate) fn svg(&self, height: i32) -> String {
        let mut out = String::new();
        let size = (WIDTH as u32, height.max(1) as u32);
        {
            let mut backend = SVGBackend::with_string(&mut out, size);
            // Writing into a string does not fail; were it to, the rest would be missing.
            let _ = self.draw(&mut backend, height);
        }
        out
    }

    fn draw(&self, on: &mut SVGBackend, height: i32) -> Option<()> {
        on.ensure_prepared().ok()?;
        on.draw_rect((0, 0), (WIDTH, height), &WHITE.filled(), true)
            .ok()?;
        for shape in &self.shapes {
            match shape {
                Shape::Path(points, color, width) => {
                    on.draw_path(points.iter().copied(), &stroke(*color, *width))
                        .ok()?;
                }
                Shape::Area(points, color) => {
                    on.fill_polygon(points.iter().copied(), &color.filled())
                        .ok()?;
                }
                Shape::Box(from, to, color, filled) => {
                    on.draw_rect(*from, *to, &stroke(*color, 1), *filled).ok()?;
                }
                Shape::Circle(at, radius, color, filled) => {
                    on.draw_circle(*at, *radius as u32, &stroke(*color, 2), *filled)
                        .ok()?;
                }
                Shape::Text(at, anchor, size, style, color, text) => {
                    // The backend writes a font size divided by 1.24.
                    let font = ("sans-serif", f64::from(*size) * 1.24).into_font();
                    let font = font.style(*style);
                    let text_style = TextStyle::from(font)
                        .color(color)
                        .pos(Pos::new(*anchor, VPos::Center));
                    on.draw_text(text, &text_style, *at).ok()?;
                }
            }
        }
        on.present().ok()
    }
}

fn stroke(color: RGBColor, width: u32) -> ShapeStyle {
    color.stroke_width(width)
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (libm::round(x) as i32, libm::round(y) as i32)
}
