//! Troubles of a body with the line they stand on and a caret below; what a body that is no data is, and what to try.

use super::{Look, Report};
use crate::decode::Trouble;
use crate::document::{Format, Span};
use crate::text::{Untrusted, width};

/// Bytes before and after the place that an excerpt looks at.
const REACH: usize = 160;

/// A piece of the source line, and the cell below which the caret goes.
pub(super) struct Excerpt {
    pub(super) line: String,
    pub(super) caret: usize,
}

/// The source around a trouble, at most `cells` wide.
pub(super) fn excerpt(report: &Report<'_>, look: &Look, trouble: &Trouble, cells: usize) -> Option<Excerpt> {
    let at = trouble.offset?;
    let before = report.document.bytes(Span { start: at.saturating_sub(REACH), end: at });
    let line_start = before.iter().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(0, |newline| newline + 1);
    let after = report.document.bytes(Span { start: at, end: at + REACH });
    let line_end = after.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(after.len());
    let text = String::from_utf8_lossy(&[&before[line_start..], &after[..line_end]].concat()).into_owned();
    // Masked as one text, so that a name before the caret still hides the value behind it; masking keeps the columns.
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    let source = report.secrets.mask_in_place(&Untrusted::from(text));
    let (head, tail) = source.split_at_char(column);
    let cut = line_start == 0 && at > before.len();
    Some(fit(&head.clean(), &tail.clean(), cut, cells, look.style.ellipsis()))
        .filter(|excerpt| !excerpt.line.is_empty())
}

/// Cuts a line around the caret.
fn fit(head: &str, tail: &str, cut: bool, cells: usize, ellipsis: &str) -> Excerpt {
    let trimmed = head.trim_start();
    let room = cells / 2;
    let mut start = 0;
    while width(&trimmed[start..]) > room {
        start += trimmed[start..].chars().next().map_or(1, char::len_utf8);
    }
    let mut line = String::new();
    if start > 0 || cut {
        line.push_str(ellipsis);
    }
    line.push_str(&trimmed[start..]);
    let caret = width(&line);
    let mut used = caret;
    for c in tail.trim_end().chars() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used + width(ellipsis) > cells {
            line.push_str(ellipsis);
            break;
        }
        line.push(c);
    }
    Excerpt { line, caret }
}

/// For a body that is no data: what it is, and which flag of curl would help.
pub(super) fn body(report: &Report<'_>) -> Option<(&'static str, &'static str)> {
    let status = report.decoded.http.status;
    // A vendor that is known by this page, this sentence or the head alone sends no other body.
    if report.decoded.vendor.as_ref().is_some_and(|vendor| !vendor.shape.is_empty()) {
        return None;
    }
    match report.decoded.source.format {
        Format::Html => Some((
            "The body is an HTML page, not an API's answer: a proxy, a login page or a wrong address.",
            "Check the URL; `curl -si` shows status and headers, `-H 'Accept: application/json'` asks for data.",
        )),
        Format::Empty if matches!(status, Some(204 | 205 | 304)) => None,
        Format::Empty if status.is_some() => Some((
            "The body is empty.",
            "If you use `curl -f`, it hides the body of an error: use `--fail-with-body` instead.",
        )),
        Format::Empty => Some((
            "There is nothing in it.",
            "`curl -f` hides the body of an error: use `--fail-with-body`; `curl -si` shows the status as well.",
        )),
        Format::Text if status.is_some() => {
            Some(("The body is plain text, neither JSON nor XML.", "`-H 'Accept: application/json'` asks for data."))
        }
        Format::Text => Some((
            "The body is plain text, neither JSON nor XML.",
            "`curl -si` shows status and headers, which may say more.",
        )),
        Format::Binary => {
            Some(("The body is no text.", "If the server packs its answers, `curl --compressed` unpacks them."))
        }
        Format::Json | Format::Xml => None,
    }
}

/// Whether the body ends before it should.
pub(super) fn is_cut_off(report: &Report<'_>) -> bool {
    report.decoded.problems.iter().any(|trouble| trouble.kind == "cut-off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stays_under_its_place() {
        for cells in 10..60 {
            let fitted = fit(
                "    {\"日本\": \"a long value before the place\", ",
                "// here and more text behind",
                false,
                cells,
                "…",
            );
            assert!(width(&fitted.line) <= cells.max(2), "{cells}: {}", fitted.line);
            let below: String = fitted
                .line
                .chars()
                .scan(0, |used, c| {
                    let here = *used;
                    *used += width(c.encode_utf8(&mut [0; 4]));
                    Some((here, c))
                })
                .filter(|(here, _)| *here == fitted.caret)
                .map(|(_, c)| c)
                .collect();
            assert_eq!(below, "/", "{cells}");
        }
    }
}
