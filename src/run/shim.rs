//! Stands in until `input` reads sources.
use crate::input::Response;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, atomic::AtomicBool};
#[derive(Default)]
pub(super) struct Options {
    pub(super) status: Option<u16>,
    pub(super) method: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) max_size: usize,
}
pub(super) struct Gathered {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) ended_by: Option<crate::input::NoteKind>,
}
impl Gathered {
    pub(super) fn split(self, o: &Options) -> Vec<Response> {
        let mut r = Response::from_body(&self.name, self.bytes);
        if o.status.is_some() {
            r.heads.push(crate::input::Head { status: o.status, ..Default::default() });
        }
        let _ = (&o.method, &o.headers, o.max_size, self.ended_by);
        vec![r]
    }
}
#[derive(Debug, thiserror::Error)]
#[error("no such file: `{0}`")]
pub(super) struct InputError(String);
impl InputError {
    pub(super) fn hint(&self) -> Option<String> {
        None
    }
}
pub(super) fn read(mut r: impl Read, _m: usize, _s: &Arc<AtomicBool>, _p: impl FnMut(usize)) -> Gathered {
    let mut bytes = Vec::new();
    let _ = r.read_to_end(&mut bytes);
    Gathered { name: "stdin".into(), bytes, ended_by: None }
}
pub(super) fn read_file(
    p: &Path,
    _m: usize,
    _s: &Arc<AtomicBool>,
    _p: impl FnMut(usize),
) -> Result<Gathered, InputError> {
    Ok(Gathered {
        name: p.display().to_string(),
        bytes: std::fs::read(p).map_err(|_| InputError(p.display().to_string()))?,
        ended_by: None,
    })
}
