//! A bar chart as SVG, in colors that are legible on white and on black.

use std::fmt;

const WIDTH: f64 = 720.0;
const LABEL_WIDTH: f64 = 190.0;
const VALUE_WIDTH: f64 = 60.0;
const BAR_HEIGHT: f64 = 16.0;
const LINE_HEIGHT: f64 = 22.0;

const STYLE: &str = "text { font: 13px system-ui, sans-serif; fill: #808080 } \
                     .bold { font-weight: bold }";

pub(crate) struct Chart {
    pub(crate) title: &'static str,
    /// Bars of the same group follow each other.
    pub(crate) bars: Vec<Bar>,
}

pub(crate) struct Bar {
    pub(crate) group: String,
    pub(crate) label: &'static str,
    pub(crate) value: f64,
    pub(crate) is_highlighted: bool,
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = self.bars.chunk_by(|a, b| a.group == b.group).collect();
        let height = (self.bars.len() + groups.len() + 1) as f64 * LINE_HEIGHT;
        let longest = self.bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        let mut y = 0.0;
        // Returns the baseline of the next line.
        let mut next_line = || {
            y += LINE_HEIGHT;
            y - (LINE_HEIGHT - BAR_HEIGHT)
        };
        write!(f, r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" "#)?;
        writeln!(f, r#"width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">"#)?;
        writeln!(f, "<style>{STYLE}</style>")?;
        writeln!(f, r#"<text class="bold" y="{}">{}</text>"#, next_line(), self.title)?;
        for group in groups {
            writeln!(f, r#"<text y="{}">{}</text>"#, next_line(), group[0].group)?;
            for bar in group {
                let baseline = next_line();
                let color = if bar.is_highlighted { "#e4572e" } else { "#7a8ca0" };
                let width = bar.value / longest * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
                let (top, end) = (baseline - BAR_HEIGHT + 3.0, LABEL_WIDTH + width + 6.0);
                writeln!(f, r#"<text x="16" y="{baseline}">{}</text>"#, bar.label)?;
                write!(f, r#"<rect x="{LABEL_WIDTH}" y="{top}" fill="{color}" "#)?;
                writeln!(f, r#"width="{width:.1}" height="{BAR_HEIGHT}"/>"#)?;
                writeln!(f, r#"<text x="{end:.1}" y="{baseline}">{:.1}</text>"#, bar.value)?;
            }
        }
        writeln!(f, "</svg>")
    }
}
