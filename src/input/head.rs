//! The head of an HTTP response: status line and headers.

use crate::text::Untrusted;

/// One header, spelled as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name; compare without regard to case.
    pub name: Untrusted<'static>,
    /// The value without the blanks around it.
    pub value: Untrusted<'static>,
}

/// The head of one response: what `curl -i` prints before the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `HTTP/1.1`, `HTTP/2`, `HTTP/3`; empty where the head was put together from options.
    pub version: Untrusted<'static>,
    /// The status code, 100 to 999.
    pub status: Option<u16>,
    /// The reason phrase; HTTP/2 and later have none.
    pub reason: Untrusted<'static>,
    /// The headers in their order, repeated ones included.
    pub headers: Vec<Header>,
}

impl Head {
    /// The values of a header, in their order; the name is compared without regard to case.
    pub fn values<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h Untrusted<'static>> + 'h {
        let wanted = move |header: &&Header| header.name.source().eq_ignore_ascii_case(name);
        self.headers.iter().filter(wanted).map(|header| &header.value)
    }

    /// The first value of a header.
    pub fn value<'h>(&'h self, name: &'h str) -> Option<&'h Untrusted<'static>> {
        self.values(name).next()
    }
}
