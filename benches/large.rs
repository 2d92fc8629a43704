//! What a key costs in a large body, from the key to the drawn buffer: `cargo bench --bench large -- [FILE] [RUNS]`.
//!
//! In-process, on one thread, on a buffer instead of a terminal; the body is indexed before. Without FILE it is 64 MB of
//! items. Each line is a key and the median and the worst of its runs: a frame is 16 ms.

#![expect(clippy::print_stdout, reason = "figures on stdout are all that it is for")]

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use errview::document::Indexed;
use errview::input::Response;
use errview::pack::Catalog;
use errview::supply::Supply;
use errview::tui::{Model, Msg, Settings, draw, update};
use errview::view::Reading;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

/// What is pressed, in this order and over again: each word is one line, `+` stands between the keys of a word.
const KEYS: &str = "j PageDown ctrl-d PageUp G k PageUp h l H h l zM+j l h J J K zR g PageDown PageDown z2 zR G z1 zR \
    3 PageDown G PageUp g 1 g";
/// Sizes between which it changes.
const SIZES: [(u16, u16); 3] = [(100, 30), (60, 18), (120, 30)];

fn main() {
    // Cargo adds a flag of its own.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let supply = match words.next() {
        Some(file) => Supply::file(File::open(file).expect("a file")).expect("a file that can be read"),
        None => {
            let items: String = (0..1_000_000)
                .map(|n| format!("{{\"id\":{n},\"name\":\"item {n}\",\"tags\":[\"a\",{{}}]}},"))
                .collect();
            Supply::whole(format!("{{\"items\":[{items}null],\"end\":true}}").as_bytes())
        }
    };
    let runs: usize = words.next().and_then(|runs| runs.parse().ok()).unwrap_or(9);
    let catalog = Arc::new(Catalog::builtin());
    let settings = Settings::new(Arc::clone(&catalog));
    let response = Response { supply: Some(supply), ..Response::from_body("bench", Vec::new()) };
    let begun = Instant::now();
    let reading = Reading::new(&catalog, response, &settings.decode);
    println!("{:>10} {}", "first", ms(begun.elapsed()));
    let document = reading.document.clone();
    let begun = Instant::now();
    while document.index_more() != Indexed::Whole {}
    println!("{:>10} {}", "index", ms(begun.elapsed()));
    let mut model = Model::new(settings, (120, 30));
    update(Msg::Read(vec![reading]), &mut model);
    let mut terminal = Terminal::new(TestBackend::new(120, 30)).expect("a test terminal");
    let mut times: Vec<(String, Vec<Duration>)> = Vec::new();
    for run in 0..runs {
        let keys = KEYS.split_whitespace().map(|word| (word.to_owned(), events(word)));
        let sizes = SIZES.map(|(width, height)| (format!("{width}x{height}"), vec![Msg::Resize(width, height)]));
        for (at, (name, events)) in keys.chain(sizes).enumerate() {
            let begun = Instant::now();
            for event in events {
                if let Msg::Resize(width, height) = event {
                    terminal.backend_mut().resize(width, height);
                    terminal.resize(Rect::new(0, 0, width, height)).expect("a buffer");
                }
                update(event, &mut model);
            }
            terminal.draw(|frame| draw(&model, frame)).expect("drawn");
            let took = begun.elapsed();
            match run {
                0 => times.push((name, vec![took])),
                _ => times[at].1.push(took),
            }
        }
    }
    for (name, mut times) in times {
        times.sort();
        println!("{name:>10} {} worst {}", ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    }
}

fn ms(time: Duration) -> String {
    format!("{:9.3} ms", time.as_secs_f64() * 1000.0)
}

fn events(word: &str) -> Vec<Msg> {
    let key = |code, modifiers| Msg::Key(KeyEvent::new(code, modifiers));
    let of = |word: &str| match word {
        "PageDown" => vec![key(KeyCode::PageDown, KeyModifiers::NONE)],
        "PageUp" => vec![key(KeyCode::PageUp, KeyModifiers::NONE)],
        "ctrl-d" => vec![key(KeyCode::Char('d'), KeyModifiers::CONTROL)],
        word => word.chars().map(|c| key(KeyCode::Char(c), KeyModifiers::NONE)).collect(),
    };
    word.split('+').flat_map(of).collect()
}
