//! What a key can do. Every binding of `assets/keys.toml` names one of these, with the words that the help screen shows for
//! it; `update` has one arm for each.

use serde::Deserialize;

/// One thing that a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    // move
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    NextSibling,
    PreviousSibling,
    Parent,
    NextResponse,
    PreviousResponse,
    Back,
    Forward,
    Confirm,
    // fold
    Open,
    Close,
    Toggle,
    FoldMenu,
    OpenAll,
    CloseAll,
    Level,
    Zoom,
    // find
    Next,
    Previous,
    Filter,
    GoTo,
    Find,
    // copy
    CopyMenu,
    CopyExplanation,
    CopyCode,
    CopyMessage,
    CopyValue,
    CopyPointer,
    CopyJq,
    CopyLink,
    CopyRequestId,
    CopyRaw,
    CopyReport,
    CopyAgain,
    Print,
    // act
    OpenLink,
    Elsewhere,
    Vendor,
    Status,
    Wrap,
    Focus,
    TabResponse,
    TabCodes,
    TabRaw,
    TabHeaders,
    Editor,
    ProblemsOnly,
    Mouse,
    Theme,
    Secrets,
    ReadAgain,
    Watch,
    Compare,
    // start
    Paste,
    Browse,
    Explain,
    OpenFile,
    Demo,
    // app
    Help,
    Undo,
    Cancel,
    Quit,
    QuitNow,
    Suspend,
    Redraw,
    // prompt
    Erase,
    EraseWord,
    EraseAll,
}
