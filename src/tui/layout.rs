//! Where the panes are, by size alone: `update` and `draw` ask the same question and get the same answer.

use ratatui::layout::Rect;

use super::model::Pane;

/// Smallest terminal that is drawn on.
pub(super) const SMALLEST: (u16, u16) = (20, 5);
/// From this width on panes stand side by side.
const WIDE: u16 = 100;
/// Below this width there is one pane.
const NARROW: u16 = 60;
/// Below this height there is the tree only.
const LOW: u16 = 12;

/// The regions of a screen; a pane without a region is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// Verdict and tabs.
    pub header: Rect,
    /// Everything between header and footer.
    pub body: Rect,
    /// The tree.
    pub tree: Rect,
    /// The explanation.
    pub explain: Rect,
    /// The reference table.
    pub table: Rect,
    /// Hints and toast.
    pub footer: Rect,
    /// Whether the table hangs below the explanation in one frame.
    pub joined: bool,
}

/// How many panes fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Not even one.
    TooSmall,
    /// One, and keys swap it.
    Single,
    /// On top of each other.
    Stacked,
    /// Side by side.
    Beside,
}

/// The form that a size allows.
pub(super) fn form(width: u16, height: u16) -> Form {
    match (width, height) {
        (width, height) if width < SMALLEST.0 || height < SMALLEST.1 => Form::TooSmall,
        (_, height) if height < LOW => Form::Single,
        (width, _) if width < NARROW => Form::Single,
        (width, _) if width < WIDE => Form::Stacked,
        _ => Form::Beside,
    }
}

/// The regions for a size. `wanted` is the height that the explanation would like, frame included.
pub(super) fn areas(width: u16, height: u16, focus: Pane, zoom: bool, table: bool, wanted: u16) -> Areas {
    let form = form(width, height);
    if form == Form::TooSmall {
        return Areas::default();
    }
    let head = if height < LOW { 1 } else { 2 };
    let body = Rect::new(0, head, width, height.saturating_sub(head + 1));
    let mut areas = Areas {
        header: Rect::new(0, 0, width, head),
        body,
        footer: Rect::new(0, height.saturating_sub(1), width, 1),
        joined: true,
        ..Areas::default()
    };
    if form == Form::Single || zoom {
        areas.joined = false;
        match focus {
            Pane::Tree => areas.tree = body,
            Pane::Explain => areas.explain = body,
            Pane::Table if table => areas.table = body,
            Pane::Table => areas.explain = body,
        }
        return areas;
    }
    let rest = if form == Form::Beside {
        let left = (u32::from(width) * 46 / 100) as u16;
        areas.tree = Rect { width: left, ..body };
        Rect { x: left, width: width.saturating_sub(left), ..body }
    } else {
        let tree = (body.height * 2 / 5).max(5).min(body.height);
        areas.tree = Rect { height: tree, ..body };
        Rect { y: body.y + tree, height: body.height - tree, ..body }
    };
    // A table of two rows says nothing: better a whole explanation.
    if !table || rest.height < 9 {
        areas.explain = rest;
        return areas;
    }
    let most = rest.height.saturating_sub(5).min((rest.height * 2 / 3).max(5));
    let explain = wanted.clamp(4.min(most), most);
    areas.explain = Rect { height: explain, ..rest };
    areas.table = Rect { y: rest.y + explain, height: rest.height - explain, ..rest };
    areas
}

/// The list of responses and, where there is room, the counts below it.
pub(super) fn list(body: Rect) -> (Rect, Option<Rect>) {
    /// Rows of the counts, frame included.
    const COUNTS: u16 = 6;
    if body.height < 16 {
        return (body, None);
    }
    let upper = Rect { height: body.height - COUNTS, ..body };
    (upper, Some(Rect { y: upper.bottom(), height: COUNTS, ..body }))
}

/// The inside of a pane: without its frame.
pub(super) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// The inside of a pane that shares its lower edge with the pane below.
pub(super) fn inside_upper(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(1), ..inside(area) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_lie_within_the_screen_and_do_not_overlap() {
        for width in 0..140 {
            for height in 0..50 {
                for focus in [Pane::Tree, Pane::Explain, Pane::Table] {
                    for (zoom, table, wanted) in [(false, true, 12), (true, true, 3), (false, false, 60)] {
                        let areas = areas(width, height, focus, zoom, table, wanted);
                        let all = [areas.header, areas.tree, areas.explain, areas.table, areas.footer];
                        let screen = Rect::new(0, 0, width, height);
                        for (at, area) in all.iter().enumerate() {
                            assert_eq!(area.intersection(screen).area(), area.area(), "{width}x{height} {areas:?}");
                            for other in &all[at + 1..] {
                                assert_eq!(area.intersection(*other).area(), 0, "{width}x{height} {areas:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}
