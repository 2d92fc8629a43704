//! The state of the terminal program: what was read, and a stack of screens. Whatever is topmost gets the keys.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::keymap::{Context, Keymap};
use super::layout::{self, Areas, Form};
use super::msg::Toast;
use super::theme::Theme;
use super::{Env, Settings};
use crate::decode::Entry;
use crate::exit::Exit;
use crate::pack::Catalog;
use crate::secrets::Secrets;
use crate::text::{Clean, clean};
use crate::view::codes::Codes;
use crate::view::explain::{Line, Part, explain, lines};
use crate::view::headers::Headers;
use crate::view::list::List;
use crate::view::picker::Picker;
use crate::view::raw::Raw;
use crate::view::{Changes, Cursor, Explanation, Eye, Known, Node, Reading, Reference, Shelf, Tree};

/// A pane of the first tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The tree.
    #[default]
    Tree,
    /// The explanation.
    Explain,
    /// The reference table.
    Table,
}

/// A tab of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The decoded tree.
    #[default]
    Response,
    /// All tables.
    Codes,
    /// The source text.
    Raw,
    /// The headers.
    Headers,
}

impl Tab {
    /// All tabs with their names, in the order of their keys.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Response, "1 Response"), (Self::Codes, "2 Codes"), (Self::Raw, "3 Raw"), (Self::Headers, "4 Headers")];
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Filter the tree.
    Filter,
    /// Search all codes.
    Codes,
    /// A pointer or a code to go to.
    GoTo,
    /// The HTTP status.
    Status,
    /// A file to open.
    File,
    /// Some letters of anything in the response.
    Find,
    /// The vendor to read the response as.
    Vendor,
    /// Keys to look up in the help.
    Help,
}

/// A line that is being typed, and what it chooses from.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub ask: Ask,
    /// What was typed.
    pub text: String,
    /// What it chooses from, where that is a list.
    pub picker: Option<Picker>,
    /// The tree as it was before, for Esc.
    pub before: Option<Tree>,
}

impl Prompt {
    /// An empty line.
    pub fn new(ask: Ask) -> Self {
        Self { ask, text: String::new(), picker: None, before: None }
    }
}

/// The help screen: a page and the words that its rows are filtered by.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// The words.
    pub query: String,
    /// Scroll position.
    pub cursor: Cursor,
}

/// Something in full on top of a screen: what a row had no room for.
#[derive(Clone, Debug)]
pub struct Whole {
    /// What it is.
    pub title: Clean,
    /// All of it.
    pub parts: Vec<Part>,
    /// Scroll position, in lines.
    pub top: usize,
}

impl Ask {
    /// What stands before the line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Filter => "filter: ",
            Self::Codes => "search codes: ",
            Self::GoTo => "go to /pointer or code: ",
            Self::Status => "HTTP status: ",
            Self::File => "file: ",
            Self::Find => "find: ",
            Self::Vendor => "vendor: ",
            Self::Help => "keys: ",
        }
    }
}

/// One screen of the stack.
#[derive(Clone, Debug)]
pub enum Screen {
    /// Nothing loaded: what one can do.
    Start(Cursor),
    /// Waiting for the first response.
    Loading,
    /// Several responses.
    List(List),
    /// One response.
    Response(Box<Browser>),
    /// All codes, without a response.
    Codes(Box<Codes>),
    /// A line of text is being typed.
    Prompt(Box<Prompt>),
    /// After the copy or the fold key.
    Menu(Context),
    /// The help.
    Help(Help),
    /// Something in full.
    Whole(Whole),
    /// The same code at other vendors.
    Elsewhere(Clean, Vec<Entry>, Cursor),
}

/// One response on screen.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Its position among the responses.
    pub at: usize,
    /// The tab.
    pub tab: Tab,
    /// The pane that gets the keys.
    pub focus: Pane,
    /// Whether that pane fills the screen.
    pub zoom: bool,
    /// Whether raw lines are wrapped.
    pub wrap: bool,
    /// The tree.
    pub tree: Tree,
    /// What is said of the selected node.
    pub explanation: Explanation,
    /// Its lines at the present width.
    pub lines: Vec<Line>,
    /// The first of them on screen.
    pub explain_top: usize,
    /// The table beside it.
    pub reference: Option<Reference>,
    /// The source text, made when first looked at.
    pub raw: Option<Raw>,
    /// The headers.
    pub headers: Headers,
    /// All tables, made when first looked at.
    pub codes: Option<Box<Codes>>,
    /// Earlier states of the view.
    pub undo: Vec<View>,
    /// What changed, while responses are compared.
    pub changes: Option<Changes>,
}

/// A state of the view, for `u`.
#[derive(Clone, Debug)]
pub struct View {
    /// The tree with its folds, its filter and its selection.
    pub tree: Tree,
    /// The tab.
    pub tab: Tab,
    /// The pane with the focus.
    pub focus: Pane,
    /// Whether it filled the screen.
    pub zoom: bool,
    /// Whether raw lines were wrapped.
    pub wrap: bool,
    /// What had been decoded, where that changed.
    pub decoded: Option<Box<Known>>,
}

/// A place to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The response.
    pub at: usize,
    /// The tab.
    pub tab: Tab,
    /// The selected node.
    pub node: Option<Node>,
    /// The selected row among all codes, on their tab.
    pub row: Option<usize>,
}

/// Places on the way here, and those that were gone back from.
#[derive(Clone, Debug, Default)]
pub struct Jumps {
    /// Before the present one, the last one last.
    pub back: Vec<Spot>,
    /// After it, the next one last.
    pub forward: Vec<Spot>,
}

/// Everything.
#[derive(Debug)]
pub struct Model {
    /// What is known of vendors.
    pub catalog: Arc<Catalog>,
    /// How the program was started.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// The colours.
    pub theme: Theme,
    /// Whether credentials are masked.
    pub secrets: Secrets,
    /// Seconds since 1970, where words like "3 days ago" are wanted.
    pub now: Option<u64>,
    /// Width and height of the terminal.
    pub size: (u16, u16),
    /// The responses.
    pub readings: Shelf,
    /// How the worst of those that are not at hand ends the run, by their source.
    pub rest: HashMap<String, Exit>,
    /// The screens, topmost last; never empty.
    pub screens: Vec<Screen>,
    /// Responses as they were before they were read again, by their place among the readings.
    pub before: HashMap<usize, Reading>,
    /// Whether each response is compared with the one before.
    pub comparing: bool,
    /// The files that were read; they can be read again.
    pub files: Vec<PathBuf>,
    /// Whether they are watched.
    pub watching: bool,
    /// Those that changed while they were being read.
    pub changed: Vec<PathBuf>,
    /// Responses that were on screen, as they were left.
    pub visited: Vec<Browser>,
    /// The ways back.
    pub jumps: Jumps,
    /// A short line in the footer.
    pub toast: Option<Toast>,
    /// Bytes that have arrived, while more may come.
    pub loading: Option<u64>,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// The last copy: its kind and its text.
    pub copied: Option<(super::copy::Kind, String)>,
    /// What to print after the end.
    pub print: Option<String>,
}

impl Model {
    /// A model with nothing loaded.
    pub fn new(settings: Settings, size: (u16, u16)) -> Self {
        Self {
            catalog: Arc::clone(&settings.catalog),
            keymap: settings.keymap.clone(),
            theme: settings.theme.clone(),
            secrets: settings.secrets,
            now: settings.decode.now,
            size,
            readings: Shelf::default(),
            rest: HashMap::new(),
            screens: vec![Screen::Start(Cursor::default())],
            before: HashMap::new(),
            comparing: false,
            files: settings.files.clone(),
            watching: false,
            changed: Vec::new(),
            visited: Vec::new(),
            jumps: Jumps::default(),
            toast: settings.notice.clone().map(Toast::bad),
            loading: None,
            mouse: settings.mouse,
            copied: None,
            print: None,
            settings,
        }
    }

    /// The environment that decides about clipboards and editors.
    pub fn env(&self) -> &Env {
        &self.settings.env
    }

    /// How values are shown.
    pub fn eye(&self) -> Eye {
        Eye { secrets: self.secrets, now: self.now }
    }

    /// The topmost screen.
    pub fn top(&self) -> Option<&Screen> {
        self.screens.last()
    }

    /// The topmost screen that fills the terminal: what lies under prompts, menus and choosers.
    pub fn base(&self) -> Option<&Screen> {
        self.screens.iter().rev().find(|screen| screen.is_full())
    }

    /// The response on screen.
    pub fn browser(&self) -> Option<&Browser> {
        match self.base()? {
            Screen::Response(browser) => Some(browser),
            _ => None,
        }
    }

    /// The response on screen, to change.
    pub fn browser_mut(&mut self) -> Option<&mut Browser> {
        match self.screens.iter_mut().rev().find(|screen| screen.is_full())? {
            Screen::Response(browser) => Some(browser),
            _ => None,
        }
    }

    /// The response on screen with what was found in it.
    pub fn reading(&self) -> Option<&Reading> {
        self.readings.get(self.browser()?.at)
    }

    /// Which keys count now.
    pub fn context(&self) -> Context {
        match self.top() {
            Some(Screen::Start(_)) | None => Context::Start,
            Some(Screen::Loading | Screen::Whole(_) | Screen::Elsewhere(..)) => Context::Dialog,
            Some(Screen::Help(_)) => Context::Help,
            Some(Screen::List(_)) => Context::List,
            Some(Screen::Codes(_)) => Context::Codes,
            Some(Screen::Prompt(..)) => Context::Prompt,
            Some(Screen::Menu(context)) => *context,
            Some(Screen::Response(browser)) => match browser.tab {
                Tab::Response => Context::Response,
                Tab::Codes => Context::Codes,
                Tab::Raw => Context::Raw,
                Tab::Headers => Context::Headers,
            },
        }
    }

    /// Where everything is on the present screen.
    pub fn areas(&self) -> Areas {
        let (width, height) = self.size;
        match self.browser() {
            Some(browser) => browser.areas(self.size),
            None => layout::areas(width, height, Pane::Tree, true, false, 0),
        }
    }

    /// Sees to it that what a response is compared with is at hand.
    pub fn bring_compared(&mut self, at: usize) {
        if let Some(before) = at.checked_sub(1).filter(|_| !self.before.contains_key(&at)) {
            self.bring(before);
        }
    }

    /// What a response is compared with, and what that is called: itself as it was read before, else the one before it.
    pub fn compared(&self, at: usize) -> Option<(&Reading, Clean)> {
        if let Some(before) = self.before.get(&at) {
            return Some((before, Clean::ours("what was read before")));
        }
        let before = at.checked_sub(1)?;
        Some((self.readings.get(before)?, clean(&format!("response {}", before + 1))))
    }

    /// Opens a response, as a screen of its own.
    pub fn browse(&mut self, at: usize) {
        self.bring(at);
        let Some(reading) = self.readings.get(at) else { return };
        let browser = Browser::new(reading, &self.catalog, at, self.eye());
        self.screens.push(Screen::Response(Box::new(browser)));
    }

    /// Reads a response again that is not at hand.
    pub fn bring(&mut self, at: usize) {
        if self.readings.get(at).is_none()
            && let Some(reading) = read(&self.readings, &self.settings, at)
        {
            self.readings.put(at, reading);
        }
    }

    /// Brings everything that depends on the size, the selection or another part of the model up to date.
    pub fn settle(&mut self) {
        let size = self.size;
        let body = self.areas().body;
        let height = usize::from(layout::inside(body).height);
        let wide = usize::from(super::draw::whole::inside(body).width);
        for screen in &mut self.screens {
            match screen {
                Screen::Response(browser) => {
                    if let Some(reading) = self.readings.get(browser.at) {
                        browser.settle(reading, &self.catalog, size);
                    }
                }
                Screen::List(list) => {
                    // The counts below leave it less room.
                    let height = usize::from(layout::inside(layout::list(body).0).height);
                    list.fit(&self.readings, self.secrets, height, |at| read(&self.readings, &self.settings, at));
                }
                Screen::Codes(codes) => codes.cursor.fit(codes.len(), height),
                Screen::Help(help) => help.cursor.fit(super::draw::help::len(&self.keymap, &help.query), height),
                Screen::Whole(whole) => {
                    whole.top = whole.top.min(lines(&whole.parts, wide).len().saturating_sub(height));
                }
                Screen::Prompt(prompt) => {
                    if let Some(picker) = &mut prompt.picker {
                        picker.cursor.fit(picker.len(), height);
                    }
                }
                Screen::Elsewhere(_, entries, cursor) => cursor.fit(entries.len(), height),
                Screen::Start(cursor) => cursor.fit(START.len(), height),
                Screen::Loading | Screen::Menu(_) => {}
            }
        }
    }
}

/// Earlier states of a view that are kept.
const UNDO: usize = 50;

/// A response as it was read, or read again.
fn read(shelf: &Shelf, settings: &Settings, at: usize) -> Option<Reading> {
    shelf.read(at, &settings.input, |response| Reading::new(&settings.catalog, response, &settings.decode))
}

/// What the start screen offers.
pub(super) const START: [(super::action::Action, &str, &str); 5] = [
    (super::action::Action::Paste, "p", "paste a response: paste it here, any time"),
    (super::action::Action::OpenFile, "o", "open a file"),
    (super::action::Action::Browse, "c", "browse all codes of all vendors"),
    (super::action::Action::Explain, "e", "explain a code"),
    (super::action::Action::Demo, "d", "look at a built-in response"),
];

impl Screen {
    /// Whether it fills the terminal.
    pub fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Start(_) | Self::Loading | Self::List(_) | Self::Response(_) | Self::Codes(_) | Self::Help(_)
        )
    }
}

impl Browser {
    /// A response on its first tab.
    pub fn new(reading: &Reading, catalog: &Catalog, at: usize, eye: Eye) -> Self {
        let tree = Tree::new(reading);
        let explanation = explain(reading, tree.selected(), eye);
        let reference = Reference::find(reading, catalog, &explanation);
        Self {
            at,
            tab: Tab::default(),
            focus: Pane::default(),
            zoom: false,
            wrap: false,
            tree,
            explanation,
            lines: Vec::new(),
            explain_top: 0,
            reference,
            raw: None,
            headers: Headers::default(),
            codes: None,
            undo: Vec::new(),
            changes: None,
        }
    }

    /// The place on screen.
    pub fn spot(&self) -> Spot {
        let row = self.codes.as_ref().filter(|_| self.tab == Tab::Codes).map(|codes| codes.cursor.at());
        Spot { at: self.at, tab: self.tab, node: self.tree.selected(), row }
    }

    /// Keeps the view for `u`.
    pub fn remember(&mut self) {
        self.remember_as(self.tree.clone(), None);
    }

    /// The same, with the tree as it was, and what was decoded, where that is about to change.
    pub fn remember_as(&mut self, tree: Tree, decoded: Option<Box<Known>>) {
        let Self { tab, focus, zoom, wrap, .. } = *self;
        self.undo.push(View { tree, tab, focus, zoom, wrap, decoded });
        if self.undo.len() > UNDO {
            self.undo.remove(0);
        }
    }

    /// Where the panes are.
    pub fn areas(&self, size: (u16, u16)) -> Areas {
        let wanted = u16::try_from(self.lines.len() + 2).unwrap_or(u16::MAX);
        layout::areas(size.0, size.1, self.focus, self.zoom, self.reference.is_some(), wanted)
    }

    /// Whether there is room for one pane only.
    pub fn is_single(&self, size: (u16, u16)) -> bool {
        layout::form(size.0, size.1) == Form::Single || self.zoom
    }

    /// The inside of the explanation's pane.
    pub fn explain_inside(&self, areas: &Areas) -> ratatui::layout::Rect {
        match areas.table.area() > 0 && areas.joined {
            true => layout::inside_upper(areas.explain),
            false => layout::inside(areas.explain),
        }
    }

    /// Says anew what is to be said of the selected node.
    pub fn explain(&mut self, reading: &Reading, catalog: &Catalog, eye: Eye) {
        self.explanation = explain(reading, self.tree.selected(), eye);
        if let (Some(changes), Some(node)) = (&self.changes, self.tree.selected()) {
            self.explanation.parts.splice(0..0, changes.parts(node, eye));
        }
        self.explain_top = 0;
        let found = Reference::find(reading, catalog, &self.explanation);
        let same = matches!((&found, &self.reference), (Some(found), Some(here)) if found.same(here));
        if !same {
            self.reference = found;
            if let Some(reference) = &mut self.reference {
                let len = reference.len(catalog);
                reference.cursor.centre(len, 8);
            }
        }
    }

    fn settle(&mut self, reading: &Reading, catalog: &Catalog, size: (u16, u16)) {
        // Two rounds: the height of the explanation depends on its width, which depends on the form only.
        let areas = self.areas(size);
        let width = usize::from(self.explain_inside(&areas).width.saturating_sub(2));
        let headline = 1;
        self.lines = if width == 0 { Vec::new() } else { lines(&self.explanation.parts, width) };
        let areas = self.areas(size);
        let inside = |area| usize::from(layout::inside(area).height);
        self.tree.cursor.fit(self.tree.len(), inside(areas.tree));
        let visible = usize::from(self.explain_inside(&areas).height).saturating_sub(headline);
        self.explain_top = self.explain_top.min(self.lines.len().saturating_sub(visible));
        if let Some(reference) = &mut self.reference {
            let len = reference.len(catalog);
            reference.cursor.fit(len, inside(areas.table));
        }
        let height = inside(areas.body);
        match self.tab {
            Tab::Response => {}
            Tab::Codes => {
                let codes = self.codes.get_or_insert_with(|| Box::new(Codes::new(catalog)));
                codes.cursor.fit(codes.len(), height);
            }
            Tab::Raw => {
                let width = super::draw::raw::text_width(areas.body.width);
                let raw = self.raw.get_or_insert_with(|| Raw::new(reading));
                raw.fit(reading, width, self.wrap);
                raw.cursor.fit(raw.len(), height);
            }
            Tab::Headers => self.headers.cursor.fit(self.headers.len(reading), height),
        }
    }
}
