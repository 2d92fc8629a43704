//! What happened, to what the model is then. One arm for every action; what a screen alone knows stands in its own file.

mod browser;
mod dialogs;
mod history;
mod large;
mod mouse;
mod prompt;
mod reread;

use super::action::Action;
use super::copy::{self, Kind};
use super::keymap::Context;
use super::model::{Ask, Help, Model, START, Screen, Tab};
use super::msg::{Effect, Msg, Toast};
use crate::view::codes::Codes;
use crate::view::list::List;
use crate::view::{Cursor, Move, Reading, Shelf};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Changes the model and says what is to be done outside.
pub fn update(msg: Msg, model: &mut Model) -> Vec<Effect> {
    let effects = match msg {
        Msg::Key(event) => key(event, model),
        Msg::Mouse(event) => mouse::update(event, model),
        Msg::Paste(text) => paste(text, model),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            Vec::new()
        }
        // The loop looks at the size before it draws.
        Msg::Resized => Vec::new(),
        Msg::Progress(bytes) => {
            model.loading = Some(bytes);
            Vec::new()
        }
        Msg::Read(readings) => read(readings, model),
        Msg::Listed { lot, index, gists, rest } => {
            add(model, |shelf| shelf.shelve(&lot, index, gists));
            let known = model.rest.entry(lot.name.clone()).or_insert(rest);
            *known = known.worst(rest);
            Vec::new()
        }
        Msg::Known(document) => {
            large::known(model, &document);
            Vec::new()
        }
        Msg::Refined(reading) => {
            large::refined(model, *reading);
            Vec::new()
        }
        Msg::Replaced(document, readings) => {
            large::replaced(model, &document, readings);
            Vec::new()
        }
        Msg::Found { document, offset } => {
            large::found(model, &document, offset);
            Vec::new()
        }
        Msg::Opened(file) => {
            reread::opened(model, file);
            Vec::new()
        }
        Msg::Again { file, readings, rest, asked } => {
            reread::again(model, &file, readings, rest, asked);
            Vec::new()
        }
        Msg::Changed(file) => reread::changed(model, file),
        Msg::End(failure) => end(failure, model),
        Msg::Fade => {
            model.toast = None;
            Vec::new()
        }
        Msg::Toast(toast) => {
            model.toast = Some(toast);
            Vec::new()
        }
        Msg::CopyFailed { text, what } => vec![Effect::CopyByTerminal { text, what }],
        Msg::Continued => vec![Effect::Redraw],
        Msg::Signal(_) | Msg::Gone => vec![Effect::Quit],
    };
    model.settle();
    effects
}

/// Does what a key or a clicked hint asks for.
fn act(action: Action, event: KeyEvent, model: &mut Model) -> Vec<Effect> {
    match action {
        Action::Down => step(model, Move::Down),
        Action::Up => step(model, Move::Up),
        Action::First => step(model, Move::First),
        Action::Last => step(model, Move::Last),
        Action::HalfDown => step(model, Move::HalfDown),
        Action::HalfUp => step(model, Move::HalfUp),
        Action::PageDown => step(model, Move::PageDown),
        Action::PageUp => step(model, Move::PageUp),
        Action::NextSibling => browser::sibling(model, true),
        Action::PreviousSibling => browser::sibling(model, false),
        Action::Parent => browser::tree(model, |tree, reading| tree.parent(reading)),
        Action::NextResponse => history::neighbour(model, true),
        Action::PreviousResponse => history::neighbour(model, false),
        Action::Back => return history::back(model),
        Action::Forward => history::forward(model),
        Action::Confirm => return confirm(event, model),
        Action::Open => browser::open(model),
        Action::Close => browser::close(model),
        Action::Toggle => browser::change(model, |tree, reading| tree.toggle(reading)),
        Action::FoldMenu => model.screens.push(Screen::Menu(Context::Fold)),
        Action::OpenAll => browser::change(model, |tree, reading| tree.open_all(reading)),
        Action::CloseAll => browser::change(model, |tree, reading| tree.close_all(reading)),
        Action::Level => {
            if let KeyCode::Char(digit) = event.code {
                let level = digit.to_digit(10).unwrap_or(1) as usize;
                browser::change(model, |tree, reading| tree.to_level(reading, level));
            }
        }
        Action::Zoom => browser::zoom(model),
        Action::Next => return browser::next(model, true),
        Action::Previous => return browser::next(model, false),
        Action::Filter => prompt::filter(model),
        Action::GoTo => prompt::ask(model, Ask::GoTo),
        Action::Find => prompt::find(model),
        Action::CopyMenu => model.screens.push(Screen::Menu(Context::Copy)),
        Action::CopyExplanation => return copy_kind(model, Kind::Explanation),
        Action::CopyCode => return copy_kind(model, Kind::Code),
        Action::CopyMessage => return copy_kind(model, Kind::Message),
        Action::CopyValue => return copy_kind(model, Kind::Value),
        Action::CopyPointer => return copy_kind(model, Kind::Pointer),
        Action::CopyJq => return copy_kind(model, Kind::Jq),
        Action::CopyLink => return copy_kind(model, Kind::Link),
        Action::CopyRequestId => return copy_kind(model, Kind::RequestId),
        Action::CopyRaw => return copy_kind(model, Kind::Raw),
        Action::CopyReport => return copy_kind(model, Kind::Report),
        Action::CopyAgain => {
            let kind = model.copied.as_ref().map_or(Kind::Explanation, |(kind, _)| *kind);
            return copy_kind(model, kind);
        }
        Action::Print => print(model),
        Action::OpenLink => return browser::link(model),
        Action::Elsewhere => dialogs::elsewhere(model),
        Action::Vendor => dialogs::vendors(model),
        Action::Status => prompt::ask(model, Ask::Status),
        Action::Wrap => browser::wrap(model),
        Action::Focus => browser::focus(model),
        Action::TabResponse => browser::tab(model, Tab::Response),
        Action::TabCodes => browser::tab(model, Tab::Codes),
        Action::TabRaw => browser::tab(model, Tab::Raw),
        Action::TabHeaders => browser::tab(model, Tab::Headers),
        Action::Editor => {
            return large::edit(model);
        }
        Action::ProblemsOnly => {
            if let Some(Screen::List(list)) = model.screens.last_mut() {
                list.toggle_problems(&model.readings);
            }
        }
        Action::Mouse => {
            model.mouse = !model.mouse;
            let words = if model.mouse { "mouse on" } else { "mouse off: select with the terminal" };
            model.toast = Some(Toast::good(words));
            return vec![Effect::Mouse(model.mouse)];
        }
        Action::Theme => theme(model),
        Action::Secrets => browser::secrets(model),
        Action::ReadAgain => return reread::ask(model),
        Action::Watch => return reread::watch(model),
        Action::Compare => reread::compare(model),
        Action::Paste => model.toast = Some(Toast::good("paste it now: the terminal's own paste key, any time")),
        Action::Browse => {
            let codes = Codes::new(&model.catalog);
            model.screens.push(Screen::Codes(Box::new(codes)));
        }
        Action::Explain => {
            let codes = Codes::new(&model.catalog);
            model.screens.push(Screen::Codes(Box::new(codes)));
            prompt::ask(model, Ask::Codes);
        }
        Action::OpenFile => prompt::ask(model, Ask::File),
        Action::Demo => return vec![Effect::Demo],
        Action::Help => model.screens.push(Screen::Help(Help::default())),
        Action::Undo => history::undo(model),
        Action::Cancel => cancel(model),
        Action::Quit => return back(model, true),
        Action::QuitNow => return quit_now(model),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Erase | Action::EraseWord | Action::EraseAll => prompt::erase(model, action),
    }
    Vec::new()
}

fn key(event: KeyEvent, model: &mut Model) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    model.toast = None;
    let context = model.context();
    let found = model.keymap.action(context, event.into());
    // A menu lasts for one key.
    if let Some(Screen::Menu(_)) = model.top() {
        model.screens.pop();
        if found.is_none() {
            model.toast = Some(Toast::bad("no such choice"));
        }
    }
    if let Some(action) = found {
        return act(action, event, model);
    }
    if let (Context::Prompt, KeyCode::Char(c)) = (context, event.code)
        && !event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    {
        prompt::insert(model, c);
    }
    Vec::new()
}

/// Pasted text goes into a line that is being typed, else it is a response.
fn paste(text: String, model: &mut Model) -> Vec<Effect> {
    if let Some(Screen::Prompt(..)) = model.top() {
        for c in text.chars().filter(|c| !c.is_control()) {
            prompt::insert(model, c);
        }
        return Vec::new();
    }
    // Terminals send the Enter key for an end of a line.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    vec![Effect::Load("paste".to_owned(), text.into_bytes())]
}

/// More responses: the first opens, a second makes a list of them.
fn read(readings: Vec<Reading>, model: &mut Model) -> Vec<Effect> {
    if readings.is_empty() {
        return Vec::new();
    }
    let before = model.readings.len();
    add(model, |shelf| readings.into_iter().for_each(|reading| shelf.push(reading)));
    let waiting = matches!(model.screens.last(), Some(Screen::Loading)) || before == 0;
    if waiting {
        model.screens.clear();
        if model.readings.len() > 1 {
            model.screens.push(Screen::List(List::default()));
        } else {
            model.browse(0);
        }
        return Vec::new();
    }
    let listed = model.screens.iter().any(|screen| matches!(screen, Screen::List(_)));
    if !listed {
        model.screens.insert(0, Screen::List(List::default()));
    }
    Vec::new()
}

/// Adds responses. Who is at the end of the list stays at its end; everybody else stays where they are.
fn add(model: &mut Model, add: impl FnOnce(&mut Shelf)) {
    let following = following(model);
    add(&mut model.readings);
    follow(model, following);
}

/// Which screens show the end of the list.
fn following(model: &Model) -> Vec<bool> {
    let follows = |screen: &Screen| matches!(screen, Screen::List(list) if list.is_at_end(&model.readings));
    model.screens.iter().map(follows).collect()
}

/// Has them show its end again.
fn follow(model: &mut Model, following: Vec<bool>) {
    for (screen, _) in model.screens.iter_mut().zip(following).filter(|(_, follows)| *follows) {
        if let Screen::List(list) = screen {
            list.cursor.set(usize::MAX);
        }
    }
}

/// Nothing more comes. What was pasted or opened later than the first is shown at once.
fn end(failure: Option<String>, model: &mut Model) -> Vec<Effect> {
    model.loading = None;
    if let Some(words) = failure {
        model.toast = Some(Toast::bad(words));
    }
    if let Some(Screen::Loading) = model.screens.last() {
        model.screens.pop();
        if model.screens.is_empty() {
            model.screens.push(Screen::Start(Cursor::default()));
        }
    }
    reread::catch_up(model)
}

fn step(model: &mut Model, how: Move) {
    let areas = model.areas();
    let height = usize::from(super::layout::inside(areas.body).height);
    let readings = &model.readings;
    // Under a prompt without a list of its own, the one that it searches moves.
    let under = matches!(model.screens.last(), Some(Screen::Prompt(prompt)) if prompt.picker.is_none());
    let wide = usize::from(super::draw::whole::inside(areas.body).width);
    let Some(top) = model.screens.iter_mut().rev().nth(usize::from(under)) else { return };
    match top {
        Screen::Start(cursor) => cursor.go(how, START.len(), height),
        Screen::List(list) => {
            let height = usize::from(super::layout::inside(super::layout::list(areas.body).0).height);
            list.cursor.go(how, list.len(readings), height);
        }
        Screen::Help(help) => {
            // The help has no selection: the keys move the page.
            let len = super::draw::help::len(&model.keymap, &help.query);
            let top = browser::scrolled(help.cursor.top(), how, len, height);
            help.cursor.scroll_to(top, len, height);
        }
        Screen::Whole(whole) => {
            let len = crate::view::explain::lines(&whole.parts, wide).len();
            whole.top = browser::scrolled(whole.top, how, len, height);
        }
        Screen::Prompt(prompt) => {
            if let Some(picker) = &mut prompt.picker {
                let len = picker.len();
                picker.cursor.go(how, len, height);
            }
        }
        Screen::Elsewhere(_, entries, cursor) => cursor.go(how, entries.len(), height),
        Screen::Codes(codes) => codes.cursor.go(how, codes.len(), height),
        Screen::Response(_) => browser::step(model, how),
        Screen::Loading | Screen::Menu(_) => {}
    }
}

fn confirm(event: KeyEvent, model: &mut Model) -> Vec<Effect> {
    match model.screens.last() {
        Some(Screen::Start(cursor)) => {
            let Some((action, ..)) = START.get(cursor.at()) else { return Vec::new() };
            return act(*action, event, model);
        }
        Some(Screen::List(list)) => {
            let at = list.selected(&model.readings);
            at.into_iter().for_each(|at| model.browse(at));
        }
        Some(Screen::Response(_)) => browser::confirm(model),
        Some(Screen::Prompt(..)) => return prompt::confirm(model),
        Some(Screen::Elsewhere(..)) => dialogs::go_elsewhere(model),
        Some(Screen::Help(_) | Screen::Whole(_)) => {
            model.screens.pop();
        }
        Some(Screen::Codes(_) | Screen::Loading | Screen::Menu(_)) | None => {}
    }
    Vec::new()
}

/// Closes the topmost thing: a dialog, a search, a zoom; never the program.
fn cancel(model: &mut Model) {
    if let Some(Screen::Prompt(_)) = model.screens.last() {
        return prompt::cancel(model);
    }
    let settled = match model.screens.last_mut() {
        Some(Screen::Response(_)) => browser::cancel(model),
        Some(Screen::Codes(codes)) if !codes.query().is_empty() => {
            codes.search(&model.catalog, "");
            true
        }
        Some(Screen::List(list)) if !list.words().is_empty() => {
            list.filter(&model.readings, "");
            true
        }
        Some(Screen::Help(help)) if !help.query.is_empty() => {
            *help = Help::default();
            true
        }
        _ => false,
    };
    if !settled && model.screens.len() > 1 {
        model.screens.pop();
    }
}

/// One step back; from the first screen on, `q` ends the program.
fn back(model: &mut Model, quits: bool) -> Vec<Effect> {
    if model.screens.len() > 1 {
        model.screens.pop();
        return Vec::new();
    }
    if !quits {
        cancel(model);
        return Vec::new();
    }
    vec![Effect::Quit]
}

/// While loading, the first time only stops the loading: what arrived is kept.
fn quit_now(model: &mut Model) -> Vec<Effect> {
    if model.loading.take().is_some() {
        model.toast = Some(Toast::good("stopped reading; what arrived is kept"));
        return vec![Effect::StopLoading];
    }
    vec![Effect::Quit]
}

fn copy_kind(model: &mut Model, kind: Kind) -> Vec<Effect> {
    let Some(text) = copy::text(model, kind).filter(|text| !text.is_empty()) else {
        model.toast = Some(Toast::bad(format!("there is no {} here", kind.name())));
        return Vec::new();
    };
    model.copied = Some((kind, text.clone()));
    vec![Effect::Copy { text, what: kind.name() }]
}

fn print(model: &mut Model) {
    if model.copied.is_none()
        && let Some(text) = copy::text(model, Kind::Explanation)
    {
        model.copied = Some((Kind::Explanation, text));
    }
    if let Some((kind, text)) = &model.copied {
        model.toast = Some(Toast::good(format!("{} will be printed after quitting", kind.name())));
        model.print = Some(text.clone());
    }
}

fn theme(model: &mut Model) {
    if !model.settings.colors {
        model.toast = Some(Toast::bad("colours are off (NO_COLOR or --color)"));
        return;
    }
    model.theme = model.theme.next();
    model.toast = Some(Toast::good(format!("theme {}", model.theme.name)));
}

#[cfg(test)]
pub(crate) mod tests;
