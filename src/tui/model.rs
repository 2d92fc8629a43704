//! The state of the terminal program: what was read, and a stack of screens. Whatever is topmost gets the keys.

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
use crate::text::Clean;
use crate::view::codes::Codes;
use crate::view::explain::{Line, explain, lines};
use crate::view::headers::Headers;
use crate::view::list::List;
use crate::view::raw::Raw;
use crate::view::{Cursor, Explanation, Reading, Reference, Shelf, Tree};

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
    Prompt(Ask, String),
    /// After the copy or the fold key.
    Menu(Context),
    /// The help.
    Help(Cursor),
    /// Vendors to choose from.
    Vendors(Cursor),
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
    /// Earlier states of the tree.
    pub undo: Vec<Tree>,
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
    /// Width and height of the terminal.
    pub size: (u16, u16),
    /// The responses.
    pub readings: Shelf,
    /// How the worst of those that are not at hand ends the run.
    pub rest: Option<Exit>,
    /// The screens, topmost last; never empty.
    pub screens: Vec<Screen>,
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
            size,
            readings: Shelf::default(),
            rest: None,
            screens: vec![Screen::Start(Cursor::default())],
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
            Some(Screen::Loading | Screen::Help(_) | Screen::Vendors(_) | Screen::Elsewhere(..)) => Context::Dialog,
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

    /// Opens a response, as a screen of its own.
    pub fn browse(&mut self, at: usize) {
        self.bring(at);
        let Some(reading) = self.readings.get(at) else { return };
        let browser = Browser::new(reading, &self.catalog, at, self.secrets);
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
        let help = self.keymap.all().len();
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
                Screen::Help(cursor) => cursor.fit(help, height),
                Screen::Vendors(cursor) => cursor.fit(self.catalog.packs().len(), height),
                Screen::Elsewhere(_, entries, cursor) => cursor.fit(entries.len(), height),
                Screen::Start(cursor) => cursor.fit(START.len(), height),
                Screen::Loading | Screen::Prompt(..) | Screen::Menu(_) => {}
            }
        }
    }
}

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
    pub fn new(reading: &Reading, catalog: &Catalog, at: usize, secrets: Secrets) -> Self {
        let tree = Tree::new(reading);
        let explanation = explain(reading, tree.selected(), secrets);
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
    pub fn explain(&mut self, reading: &Reading, catalog: &Catalog, secrets: Secrets) {
        self.explanation = explain(reading, self.tree.selected(), secrets);
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
