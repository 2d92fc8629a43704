//! A screen as a picture: cells to SVG. Text stays text, frames become lines, so the columns fit whatever font is there.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::text::width;

/// Hundredths of a pixel: a cell's width is the advance of common monospaced fonts at 14 pixels.
const WIDE: usize = 843;
/// Pixels.
const HIGH: usize = 18;
const FONT: usize = 14;
const EDGE: usize = 14;

/// What a terminal paints on: its background, its ink and its 16 colours.
pub(super) struct Paper {
    pub(super) background: &'static str,
    pub(super) ink: &'static str,
    pub(super) edge: &'static str,
    pub(super) colours: [&'static str; 16],
}

/// Draws the cells; `title` says what they show.
pub(super) fn svg(buffer: &Buffer, paper: &Paper, title: &str) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let mut styles: Vec<String> = Vec::new();
    let (mut fields, mut words) = (String::new(), String::new());
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for (y, row) in buffer.content.chunks(columns.max(1)).enumerate() {
        for (from, to) in runs(row, |cell| back(cell, paper)) {
            if let Some(fill) = back(&row[from], paper) {
                let (x, wide) = (pixels(from), pixels(to - from));
                let _ = writeln!(
                    fields,
                    r#"<rect x="{x}" y="{}" width="{wide}" height="{HIGH}" fill="{fill}"/>"#,
                    y * HIGH
                );
            }
        }
        for (from, to) in runs(row, |cell| (kind(cell.symbol()), look(cell, paper))) {
            let cells = &row[from..to];
            match kind(cells[0].symbol()) {
                Kind::Blank => {}
                Kind::Frame => frame(cells, from, y, lines.entry(ink(&cells[0], paper)).or_default()),
                Kind::Block => blocks(cells, from, y, &ink(&cells[0], paper), &mut fields),
                Kind::Word => {
                    let look = look(&cells[0], paper);
                    let class = styles.iter().position(|known| *known == look).unwrap_or(styles.len());
                    if class == styles.len() {
                        styles.push(look);
                    }
                    pieces(cells, from, y, class, &mut words);
                }
            }
        }
    }
    let (across, down) = ((columns * WIDE).div_ceil(100) + 2 * EDGE, rows * HIGH + 2 * EDGE);
    let mut out = String::new();
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}" role="img">"#
    );
    let _ = writeln!(out, "<title>{}</title>\n<style>", escape(title));
    let _ = writeln!(
        out,
        "text{{font:{FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre}}"
    );
    for (class, look) in styles.iter().enumerate() {
        let _ = writeln!(out, ".s{class}{{{look}}}");
    }
    let _ = writeln!(
        out,
        r#"</style>
<rect x=".5" y=".5" width="{}" height="{}" rx="8" fill="{}" stroke="{}"/>
<g transform="translate({EDGE} {EDGE})">"#,
        across - 1,
        down - 1,
        paper.background,
        paper.edge
    );
    out.push_str(&fields);
    for (ink, path) in lines {
        let _ = writeln!(out, r#"<path d="{path}" stroke="{ink}" fill="none" shape-rendering="crispEdges"/>"#);
    }
    out + &words + "</g>\n</svg>\n"
}

/// What a cell's symbol is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Frame,
    Block,
    Word,
}

fn kind(symbol: &str) -> Kind {
    match symbol {
        "" => Kind::Blank,
        "─" | "│" | "┌" | "┐" | "└" | "┘" | "├" | "┤" => Kind::Frame,
        "▌" | "█" | "┃" => Kind::Block,
        _ => Kind::Word,
    }
}

/// Runs of cells that are alike.
fn runs<T: PartialEq>(row: &[Cell], alike: impl Fn(&Cell) -> T) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut from = 0;
    for to in 1..=row.len() {
        if to == row.len() || alike(&row[to]) != alike(&row[from]) {
            runs.push((from, to));
            from = to;
        }
    }
    runs
}

/// The words of cells of one style; two blanks are a gap between two of them.
fn pieces(cells: &[Cell], from: usize, y: usize, class: usize, words: &mut String) {
    let blank = |at: usize| cells.get(at).is_none_or(|cell| cell.symbol() == " ");
    let mut at = 0;
    while at < cells.len() {
        if blank(at) {
            at += 1;
            continue;
        }
        let (start, mut text) = (at, String::new());
        while at < cells.len() && !(blank(at) && blank(at + 1)) {
            let symbol = cells[at].symbol();
            text.push_str(symbol);
            at += width(symbol).max(1);
        }
        let (x, wide) = (pixels(from + start), pixels(at.min(cells.len()) - start));
        let (base, text) = (y * HIGH + FONT - 1, escape(&text));
        let _ = writeln!(
            words,
            r#"<text x="{x}" y="{base}" textLength="{wide}" lengthAdjust="spacingAndGlyphs" class="s{class}">{text}</text>"#
        );
    }
}

/// Where the lines of a frame lead to from the middle of their cell: left, right, up, down.
fn arms(symbol: &str) -> [bool; 4] {
    match symbol {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "┌" => [false, true, false, true],
        "┐" => [true, false, false, true],
        "└" => [false, true, true, false],
        "┘" => [true, false, true, false],
        "├" => [false, true, true, true],
        "┤" => [true, false, true, true],
        _ => [false; 4],
    }
}

/// Pieces of a frame as lines.
fn frame(cells: &[Cell], from: usize, y: usize, path: &mut String) {
    let (top, middle, bottom) = (y * HIGH, y * HIGH + HIGH / 2, (y + 1) * HIGH);
    for (start, end) in runs(cells, |cell| arms(cell.symbol())) {
        let [left, right, up, down] = arms(cells[start].symbol());
        if left && right {
            let _ = write!(path, "M{} {middle}h{}", pixels(from + start), pixels(end - start));
            continue;
        }
        for at in from + start..from + end {
            let x = hundredths(at * WIDE + WIDE / 2);
            if left || right {
                let end = if left { pixels(at) } else { pixels(at + 1) };
                let _ = write!(path, "M{x} {middle}H{end}");
            }
            let (from, to) = (if up { top } else { middle }, if down { bottom } else { middle });
            let _ = write!(path, "M{x} {from}V{to}");
        }
    }
}

/// The marker, the cursor and the bar, as fields.
fn blocks(cells: &[Cell], from: usize, y: usize, ink: &str, fields: &mut String) {
    for (at, cell) in cells.iter().enumerate() {
        let (shift, share) = match cell.symbol() {
            "▌" => (0, 50),
            "█" => (0, 100),
            _ => (40, 30),
        };
        let x = hundredths((from + at) * WIDE + WIDE * shift / 100);
        let (top, wide) = (y * HIGH, hundredths(WIDE * share / 100));
        let _ = writeln!(fields, r#"<rect x="{x}" y="{top}" width="{wide}" height="{HIGH}" fill="{ink}"/>"#);
    }
}

/// Ink and background of a cell; the background only where it is not the paper's.
fn inks(cell: &Cell, paper: &Paper) -> (String, Option<String>) {
    let (ink, back) = (colour(cell.fg, paper), colour(cell.bg, paper));
    if cell.modifier.contains(Modifier::REVERSED) {
        let own = |colour: &str| colour.to_owned();
        (back.unwrap_or_else(|| own(paper.background)), Some(ink.unwrap_or_else(|| own(paper.ink))))
    } else {
        (ink.unwrap_or_else(|| paper.ink.to_owned()), back)
    }
}

fn ink(cell: &Cell, paper: &Paper) -> String {
    inks(cell, paper).0
}

fn back(cell: &Cell, paper: &Paper) -> Option<String> {
    inks(cell, paper).1
}

/// How the words of a cell look, in CSS.
fn look(cell: &Cell, paper: &Paper) -> String {
    let mut look = format!("fill:{}", ink(cell, paper));
    for (modifier, rule) in [
        (Modifier::BOLD, ";font-weight:bold"),
        (Modifier::DIM, ";fill-opacity:.6"),
        (Modifier::ITALIC, ";font-style:italic"),
        (Modifier::UNDERLINED, ";text-decoration:underline"),
    ] {
        if cell.modifier.contains(modifier) {
            look.push_str(rule);
        }
    }
    look
}

/// A colour in the notation of SVG; nothing for the terminal's own.
fn colour(colour: Color, paper: &Paper) -> Option<String> {
    let own = |at: u8| Some(paper.colours[usize::from(at)].to_owned());
    let steps = |at: u8| if at == 0 { 0 } else { 55 + 40 * at };
    match colour {
        Color::Reset => None,
        Color::Black => own(0),
        Color::Red => own(1),
        Color::Green => own(2),
        Color::Yellow => own(3),
        Color::Blue => own(4),
        Color::Magenta => own(5),
        Color::Cyan => own(6),
        Color::Gray => own(7),
        Color::DarkGray => own(8),
        Color::LightRed => own(9),
        Color::LightGreen => own(10),
        Color::LightYellow => own(11),
        Color::LightBlue => own(12),
        Color::LightMagenta => own(13),
        Color::LightCyan => own(14),
        Color::White => own(15),
        Color::Indexed(at @ 0..=15) => own(at),
        Color::Indexed(at @ 16..=231) => {
            let at = at - 16;
            Some(format!("#{:02x}{:02x}{:02x}", steps(at / 36), steps(at / 6 % 6), steps(at % 6)))
        }
        Color::Indexed(at) => Some(format!("#{0:02x}{0:02x}{0:02x}", 8 + 10 * (at - 232))),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}

/// So many columns in pixels.
fn pixels(columns: usize) -> String {
    hundredths(columns * WIDE)
}

fn hundredths(value: usize) -> String {
    match (value / 100, value % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part:02}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
