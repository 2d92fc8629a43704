//! What a frame costs: `cargo bench --bench draw`. A response in three sizes of screen, as the program draws it, on a
//! buffer instead of a terminal.

use std::sync::Arc;

use divan::Bencher;
use errview::pack::Catalog;
use errview::tui::{Model, Msg, Settings, draw, update};
use errview::view::Reading;
use errview::{demo, input};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn main() {
    divan::main();
}

#[divan::bench(args = [(120, 30), (80, 24), (60, 18)])]
fn frame(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let catalog = Arc::new(Catalog::builtin());
    let settings = Settings::new(Arc::clone(&catalog));
    let mut model = Model::new(settings.clone(), size);
    let demo = demo::find(Some("details")).expect("a demo");
    let responses = input::split("demo", demo.bytes.to_vec(), &settings.input).into_iter();
    let readings = responses.map(|response| Reading::new(&catalog, response, &settings.decode)).collect();
    update(Msg::Read(readings), &mut model);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a test terminal");
    bencher.bench_local(|| {
        terminal.draw(|frame| draw(&model, frame)).expect("drawn");
    });
}
