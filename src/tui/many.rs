//! Responses in a row, decoded lot by lot: the first ones are read in full, of the others the gist is kept.
//!
//! In: a [`Lot`]. Out: messages. A body of strict JSON is read the short way, which makes no tree of it.

use std::sync::{Arc, OnceLock};

use super::Settings;
use super::msg::Msg;
use crate::decode::{self, Decoder, Depth};
use crate::detect::Index;
use crate::document::{Document, Sheet};
use crate::exit::Exit;
use crate::input::stream::{self, Lot, Pieces};
use crate::pack::Catalog;
use crate::view::Reading;
use crate::view::shelf::{self, Gist};

/// Responses that are read in full and stay so: what most people ever see of a list.
const FULL: usize = 64;

/// Reads one lot after the other.
pub(super) struct Many<'i, 'c> {
    gister: Gister<'i, 'c>,
    /// How many responses were read in full.
    full: usize,
    /// How many the present source has had.
    index: usize,
}

impl<'i, 'c> Many<'i, 'c> {
    /// One that has read nothing yet.
    pub(super) fn new(gister: Gister<'i, 'c>) -> Self {
        Self { gister, full: 0, index: 0 }
    }

    /// How many responses the present source has had, once those that come are not read in full any more.
    pub(super) fn is_full(&self) -> Option<usize> {
        (self.full >= FULL).then_some(self.index)
    }

    /// Reads a lot.
    pub(super) fn read(&mut self, lot: Lot, mut tell: impl FnMut(Msg)) {
        if lot.first {
            self.index = 0;
        }
        let bytes = lot.bytes();
        let mut pieces = Pieces::new(&bytes, lot.layout, lot.first);
        let Gister { catalog, settings, .. } = self.gister;
        let mut readings = Vec::new();
        while self.full < FULL
            && let Some(piece) = pieces.next()
        {
            let response = lot.response(piece.start..piece.end, self.index, &settings.input);
            readings.push(Reading::new(catalog, response, &settings.decode));
            self.full += 1;
            self.index += 1;
        }
        if !readings.is_empty() {
            tell(Msg::Read(readings));
        }
        if self.full < FULL {
            return;
        }
        let (gists, rest) = self.gister.rest(&lot, &bytes, pieces);
        let index = self.index;
        self.index += gists.len();
        if !gists.is_empty() {
            tell(Msg::Listed { lot: Arc::new(lot), index, gists, rest });
        }
    }
}

/// The gists of a lot, and how the worst of them ends a run.
pub(super) type Gists = (Vec<Gist>, Exit);

/// Finds the gist of each response.
pub(super) struct Gister<'i, 'c> {
    catalog: &'c Catalog,
    settings: &'i Settings,
    index: &'i OnceLock<Option<Index<'c>>>,
    short: Option<Short<'i, 'c>>,
}

/// What it takes to be quick.
struct Short<'i, 'c> {
    index: &'i Index<'c>,
    sheet: Sheet,
    decoder: Decoder<'i, 'c>,
}

impl<'i, 'c> Gister<'i, 'c> {
    /// `index` is made when it pays.
    pub(super) fn new(catalog: &'c Catalog, settings: &'i Settings, index: &'i OnceLock<Option<Index<'c>>>) -> Self {
        Self { catalog, settings, index, short: None }
    }

    /// Reads a lot.
    pub(super) fn all(&mut self, lot: &Lot) -> Gists {
        let bytes = lot.bytes();
        self.rest(lot, &bytes, Pieces::new(&bytes, lot.layout, lot.first))
    }

    /// Reads what has not been taken of a lot.
    fn rest(&mut self, lot: &Lot, bytes: &[u8], mut pieces: Pieces<'_>) -> Gists {
        let text = std::str::from_utf8(bytes).ok();
        let options = decode::Options { depth: Depth::Counts, ..self.settings.decode.clone() };
        if self.short.is_none() {
            let index = self.index.get_or_init(|| Index::new(self.catalog)).as_ref();
            let decoder = |index| Decoder::new(index, options.clone());
            self.short = index.map(|index| Short { index, sheet: Sheet::default(), decoder: decoder(index) });
        }
        let mut response = stream::response(&lot.name, &self.settings.input, None);
        let (mut gists, mut rest) = (Vec::new(), Exit::Success);
        loop {
            let short = self.short.as_mut().zip(text).zip(pieces.place());
            let read = short.and_then(|((short, text), at)| {
                let end =
                    short.sheet.read(text, at, short.index.interest()).filter(|end| Pieces::take(&mut pieces, *end))?;
                let page = short.sheet.page(&text[at..end]);
                let recognised = short.decoder.recognise(&response, &page);
                Some((at..end, short.decoder.decode(&response, &page, &recognised.ranking)))
            });
            let (range, decoded) = match read {
                Some(read) => read,
                None => {
                    let Some(piece) = pieces.next() else { break };
                    response.body = bytes[piece.start..piece.end].into();
                    let document = Document::parse(Arc::clone(&response.body));
                    (piece.start..piece.end, decode::decode(self.catalog, &response, &document, &options))
                }
            };
            rest = rest.worst((self.settings.judge)(&decoded));
            let sum = shelf::sum(&bytes[range.clone()]);
            gists.push(Gist { range, mark: decoded.verdict.into(), kind: shelf::kind(&decoded), sum });
        }
        (gists, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{self, Options, Part, arrive};
    use crate::tui::farm::Farm;
    use crate::tui::model::{Model, Screen};
    use crate::tui::update;
    use crate::tui::update::tests::press;
    use crate::tui::work::collect;
    use crate::view::{Mark, Shelf};
    use std::sync::atomic::AtomicBool;

    /// Good and bad ones, a broken one, an empty line and one that is text.
    fn log(lines: usize) -> String {
        let line = |n: usize| match n % 7 {
            0 => format!("{{\"type\":\"about:blank\",\"title\":\"Gone {n}\",\"status\":410}}\n"),
            1 => format!("{{\"type\":\"about:blank\",\"title\":\"Late\",\"status\":503,\"detail\":\"{n}\"}}\n"),
            4 => format!("{{\"n\":{n},\"broken\n"),
            5 => "\n".to_owned(),
            _ => format!("{{\"n\":{n},\"pad\":\"{}\"}}\n", "x".repeat(90)),
        };
        (0..lines).map(line).collect()
    }

    /// Brings little at a time, as a pipe does, so that there are several lots.
    struct Drip<'t>(&'t [u8]);

    impl std::io::Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let few = into.len().min(7000);
            self.0.read(&mut into[..few])
        }
    }

    /// What the screen hears of a text.
    fn messages(text: &str, settings: &Settings) -> Vec<Msg> {
        let (catalog, index) = (Arc::clone(&settings.catalog), OnceLock::new());
        let mut many = Many::new(Gister::new(&catalog, settings, &index));
        let mut heard = Vec::new();
        let hand = |part| match part {
            Part::Lot(lot) => many.read(lot, |msg| heard.push(msg)),
            Part::Large(_) => panic!("not large"),
        };
        let stop = Arc::new(AtomicBool::new(false));
        let _ = arrive(Drip(text.as_bytes()), &Options::default(), &stop, |_| {}, hand);
        heard
    }

    fn settings() -> Settings {
        Settings::new(Arc::new(Catalog::builtin()))
    }

    #[test]
    fn gists_say_what_readings_say() {
        let settings = settings();
        let text = log(3000);
        let mut model = Model::new(settings.clone(), (100, 30));
        messages(&text, &settings).into_iter().for_each(|msg| drop(update(msg, &mut model)));
        let all = input::split("stdin", text.into_bytes(), &settings.input);
        assert_eq!(model.readings.len(), all.len());
        assert_eq!(model.readings.at_hand().count(), FULL);
        for (at, response) in all.into_iter().enumerate() {
            let line = response.origin.line;
            let reading = Reading::new(&settings.catalog, response, &settings.decode);
            assert_eq!(model.readings.mark(at), Some(reading.mark()), "{at}");
            let kind = model.readings.kind_of(at).and_then(|kind| model.readings.kinds().get(kind));
            assert_eq!(kind.expect("a kind").name.to_string(), shelf::kind(&reading.decoded), "{at}");
            if at % 97 == 0 {
                model.bring(at);
                let brought = model.readings.get(at).expect("brought");
                assert_eq!((brought.decoded.source.line, brought.decoded.source.index), (line, at));
                assert_eq!(brought.response.body, reading.response.body);
            }
        }
    }

    #[test]
    fn the_list_is_filtered_followed_and_stepped_through() {
        let settings = settings();
        let mut heard = messages(&log(3000), &settings);
        let late: Vec<Msg> = heard.split_off(heard.len() - 1);
        let mut model = Model::new(settings, (100, 30));
        heard.into_iter().for_each(|msg| drop(update(msg, &mut model)));
        let list = |model: &Model| match model.base() {
            Some(Screen::List(list)) => list.clone(),
            other => panic!("{other:?}"),
        };
        let selected = |model: &Model| list(model).selected(&model.readings).expect("a selection");
        assert_eq!(selected(&model), 0);
        press(&mut model, "n");
        assert!(selected(&model) > 0 && model.readings.mark(selected(&model)).is_some_and(|mark| mark.is_problem()));
        press(&mut model, "/failed\r");
        let failed = (0..model.readings.len()).filter(|at| model.readings.mark(*at) == Some(Mark::Fail)).count();
        assert_eq!(list(&model).len(&model.readings), failed);
        assert!(failed > 300 && failed < model.readings.len() / 2, "{failed}");
        press(&mut model, "G\r");
        assert_eq!(model.reading().expect("opened").mark(), Mark::Fail);
        press(&mut model, "\x7f\x1b");
        assert_eq!(list(&model).len(&model.readings), model.readings.len());
        // In the middle nothing moves; at the end the newest is shown.
        let (before, len) = (selected(&model), model.readings.len());
        let mut following = Model::new(model.settings.clone(), (100, 30));
        messages(&log(3000), &model.settings).into_iter().take(2).for_each(|msg| drop(update(msg, &mut following)));
        press(&mut following, "G");
        assert_eq!(selected(&following) + 1, following.readings.len());
        late.into_iter().for_each(|msg| drop(update(msg, &mut model)));
        assert!(model.readings.len() > len);
        assert_eq!(selected(&model), before);
        messages(&log(3000), &model.settings).into_iter().skip(2).for_each(|msg| drop(update(msg, &mut following)));
        assert_eq!(selected(&following) + 1, following.readings.len());
        assert_eq!(following.readings.len(), model.readings.len());
    }

    #[test]
    fn a_long_list_is_read_again() {
        let settings = Settings { files: vec!["stdin".into()], ..settings() };
        let text = log(3000);
        let mut model = Model::new(settings.clone(), (100, 30));
        messages(&text, &settings).into_iter().for_each(|msg| drop(update(msg, &mut model)));
        press(&mut model, "G");
        let last = model.readings.len() - 1;
        press(&mut model, "\r[");
        let here = model.reading().expect("opened").response.body.clone();
        let read_again = |model: &mut Model, text: &str| {
            let (mut readings, mut rest) = (Shelf::default(), None);
            messages(text, &settings).into_iter().for_each(|msg| collect(msg, &mut readings, &mut rest));
            update(Msg::Again { file: "stdin".into(), readings, rest, asked: true }, model);
            model.toast.as_ref().map(|toast| toast.text.as_str().to_owned()).unwrap_or_default()
        };
        assert_eq!(read_again(&mut model, &text), "stdin read again: no changes");
        assert_eq!(model.reading().expect("still there").response.body, here);
        let said = read_again(&mut model, &text.replace("Gone 2100", "Gone 21oo").replace("Gone 0", "Gone o"));
        assert_eq!(said, "stdin read again: 2 responses changed");
        assert_eq!((model.readings.len(), model.browser().map(|browser| browser.at)), (last + 1, Some(last - 1)));
        let kinds = |model: &Model| model.readings.kinds().iter().map(|kind| kind.count).sum::<usize>();
        assert_eq!(kinds(&model), last + 1);
        // Who reads a log is still at their line when it has grown, and at the nearest one when it has shrunk.
        read_again(&mut model, &log(3500));
        assert_eq!(model.reading().expect("still there").response.body, here);
        read_again(&mut model, &log(1400));
        assert!(model.reading().is_some() && kinds(&model) == model.readings.len());
    }

    #[test]
    fn many_threads_tell_what_one_does() {
        let settings = settings();
        let text = log(3000);
        let (catalog, index) = (Arc::clone(&settings.catalog), OnceLock::new());
        let (sender, heard) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let tell = move |msg| drop(sender.send(msg));
            let mut farm = Farm::start(scope, 0, || Gister::new(&catalog, &settings, &index), tell);
            let hand = |part| match part {
                Part::Lot(lot) => farm.read(lot),
                Part::Large(_) => panic!("not large"),
            };
            let stop = Arc::new(AtomicBool::new(false));
            let _ = arrive(Drip(text.as_bytes()), &Options::default(), &stop, |_| {}, hand);
            farm.wait();
        });
        let mut model = Model::new(settings.clone(), (100, 30));
        messages(&text, &settings).into_iter().for_each(|msg| drop(update(msg, &mut model)));
        let mut shelf = Shelf::default();
        for msg in heard {
            let Msg::Listed { index, .. } = &msg else { panic!("{msg:?}") };
            assert_eq!(*index, shelf.len(), "in their order");
            collect(msg, &mut shelf, &mut None);
        }
        assert_eq!((shelf.len(), shelf.marks()), (model.readings.len(), model.readings.marks()));
        let told = |shelf: &Shelf| (0..shelf.len()).map(|at| shelf.mark(at)).collect::<Vec<_>>();
        assert_eq!(told(&shelf), told(&model.readings));
    }
}
