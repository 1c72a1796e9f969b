//! Checks on a finished drawing, for tests.

use super::sheet::text_width;

/// A text that is long, holds marks of XML and a control character.
pub(crate) const NASTY: &str = " <b>&\"quoted\"\u{1} and a rather long remark about aVeryLongWordWithoutAnySpaceInItWhatsoever";

struct Text {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    words: String,
}

/// All text lies inside the view box, no two texts overlap, and the marks of XML are escaped.
#[track_caller]
pub(crate) fn well_drawn(svg: &str) {
    assert!(!svg.contains("<b>") && !svg.contains('\u{1}'));
    assert!(!svg.contains("NaN") && !svg.contains("inf,"));
    let width = number(svg, "width").expect("a width");
    let height = number(svg, "height").expect("a height");
    assert_eq!(width, super::WIDTH);
    let texts = texts(svg);
    assert!(!texts.is_empty());
    for text in &texts {
        let inside = text.left >= 0 && text.right <= width;
        let within = text.top >= 0 && text.bottom <= height;
        assert!(inside && within, "outside: {}", text.words);
    }
    for (index, one) in texts.iter().enumerate() {
        for other in &texts[index + 1..] {
            let apart = one.right <= other.left
                || other.right <= one.left
                || one.bottom <= other.top
                || other.bottom <= one.top;
            assert!(apart, "overlap: {} / {}", one.words, other.words);
        }
    }
}

fn texts(svg: &str) -> Vec<Text> {
    let mut found = Vec::new();
    for part in svg.split("<text ").skip(1) {
        let (tag, rest) = part.split_once('>').expect("a closed tag");
        let words = rest.split("</text>").next().unwrap_or("").trim();
        let words = words
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&");
        let x = number(tag, "x").expect("an x");
        let y = number(tag, "y").expect("a y");
        let size = number(tag, "font-size").expect("a size");
        let width = text_width(&words, size);
        let left = match attribute(tag, "text-anchor") {
            Some("end") => x - width,
            Some("middle") => x - width / 2,
            _ => x,
        };
        found.push(Text {
            left,
            right: left + width,
            top: y - size / 2,
            bottom: y + size / 2,
            words,
        });
    }
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

fn number(tag: &str, name: &str) -> Option<i32> {
    // A space before the name, so that "y" is not found in "dy".
    let value = match tag.split_once(&format!(" {name}=\"")) {
        Some((_, rest)) => rest.split('"').next(),
        None => attribute(tag, name),
    };
    value?.parse::<f64>().ok().map(|v| libm::round(v) as i32)
}
