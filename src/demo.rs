//! Built-in responses behind `errview demo`: to try the program without an API at hand.

/// A built-in response.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    /// The name on the command line.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// As `curl -si` or `curl -s` would hand it over.
    pub bytes: &'static [u8],
}

/// All of them; the first is the one without a name.
pub const ALL: [Demo; 9] = [
    Demo {
        name: "partial",
        about: "HTTP 200, and yet one of three platforms failed",
        bytes: include_bytes!("../assets/demos/partial.http"),
    },
    Demo {
        name: "details",
        about: "an error code with messages about single fields",
        bytes: include_bytes!("../assets/demos/details.http"),
    },
    Demo {
        name: "subcode",
        about: "XML: a status that only its sub-code explains",
        bytes: include_bytes!("../assets/demos/subcode.xml"),
    },
    Demo {
        name: "limit",
        about: "a quota that is used up, with rate-limit headers",
        bytes: include_bytes!("../assets/demos/limit.http"),
    },
    Demo {
        name: "network",
        about: "one of five codes about joining with cameras",
        bytes: include_bytes!("../assets/demos/network.json"),
    },
    Demo {
        name: "deleted",
        about: "curl -v: a 404 that means it worked",
        bytes: include_bytes!("../assets/demos/deleted.txt"),
    },
    Demo {
        name: "broken",
        about: "JSON with comments, trailing commas and a cut end",
        bytes: include_bytes!("../assets/demos/broken.json"),
    },
    Demo {
        name: "page",
        about: "an HTML page where JSON was expected",
        bytes: include_bytes!("../assets/demos/page.http"),
    },
    Demo {
        name: "unknown",
        about: "an envelope that nobody claims",
        bytes: include_bytes!("../assets/demos/unknown.json"),
    },
];

/// The demo of that name; without a name the first.
pub fn find(name: Option<&str>) -> Option<&'static Demo> {
    match name {
        Some(name) => ALL.iter().find(|demo| demo.name.eq_ignore_ascii_case(name)),
        None => ALL.first(),
    }
}
