//! The states that a screen can be in, as `tests/screens/states.toml` lists them.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::demo;
use crate::input::{self, Response};
use crate::pack::Catalog;
use crate::supply::Supply;
use crate::tui::model::{Model, Screen};
use crate::tui::update::tests::press;
use crate::tui::{Msg, Settings, Toast, update};
use crate::view::Reading;

/// Something that no key leads to.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum At {
    /// Bytes are coming, and nothing can be shown of them.
    Loading,
    /// The beginning of a large body is on screen, the rest is on its way.
    Arriving,
    /// A copy was made.
    Toast,
}

/// A state: what is read, and what is pressed then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) name: String,
    #[serde(default)]
    demos: Vec<String>,
    body: Option<String>,
    at: Option<At>,
    now: Option<u64>,
    #[serde(default)]
    keys: String,
    pub(super) shows: Vec<String>,
    #[serde(default = "yes")]
    pub(super) selection: bool,
    #[serde(default)]
    pub(super) themed: bool,
}

fn yes() -> bool {
    true
}

/// All packs, unpacked once for all screens.
static BUILTIN: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::builtin()));

/// A picture for the README.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Picture {
    pub(super) state: String,
    pub(super) size: (u16, u16),
    pub(super) title: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    state: Vec<State>,
    picture: Vec<Picture>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens/states.toml");
    toml::from_str(&fs::read_to_string(path).expect("the states")).expect("a table of states")
});

/// All states.
pub(super) fn all() -> &'static [State] {
    &FILE.state
}

/// All pictures.
pub(super) fn pictures() -> &'static [Picture] {
    &FILE.picture
}

/// The state of that name.
pub(super) fn named(name: &str) -> &'static State {
    all().iter().find(|state| state.name == name).expect(name)
}

impl State {
    /// A model in this state.
    pub(super) fn model(&self, size: (u16, u16)) -> Model {
        self.over(&BUILTIN, false, size)
    }

    /// The same with these packs, in ASCII or not.
    pub(super) fn over(&self, catalog: &Arc<Catalog>, ascii: bool, size: (u16, u16)) -> Model {
        let settings = Settings::new(Arc::clone(catalog));
        let mut model = Model::new(settings.clone(), size);
        model.theme.ascii = ascii;
        model.now = self.now;
        let responses: Vec<Response> = match (&self.body, self.at) {
            (_, Some(At::Arriving)) => vec![arriving()],
            (Some(body), _) => input::split("stdin", body.clone().into_bytes(), &settings.input),
            (None, _) => self.demos.iter().flat_map(|name| demo(name, &settings.input)).collect(),
        };
        let readings: Vec<Reading> =
            responses.into_iter().map(|response| Reading::new(catalog, response, &settings.decode)).collect();
        if !readings.is_empty() {
            update(Msg::Read(readings), &mut model);
        }
        match self.at {
            Some(At::Loading) => {
                model.screens = vec![Screen::Loading];
                update(Msg::Progress(1_500_000), &mut model);
            }
            Some(At::Arriving) => drop(update(Msg::Progress(40_000_000), &mut model)),
            Some(At::Toast) => {
                let toast = Toast::good(crate::text::clean("sent to the terminal: explanation, 402 B"));
                update(Msg::Toast(toast), &mut model);
            }
            None => {}
        }
        press(&mut model, &self.keys);
        model
    }
}

fn demo(name: &str, options: &input::Options) -> Vec<Response> {
    let demo = demo::find(Some(name)).expect(name);
    input::split("demo", demo.bytes.to_vec(), options)
}

/// The first bytes of a list that goes on.
fn arriving() -> Response {
    let supply = Supply::pipe();
    let rows = (0..2000).map(|at| format!("{{\"id\": {at}, \"state\": \"done\"}},\n"));
    supply.push(format!("[{}", rows.collect::<String>()).as_bytes());
    Response { supply: Some(supply), ..Response::from_body("stdin", Vec::new()) }
}
