//! Codes: found where the pack says, cut to what the table knows, looked up in the detected vendor's tables only.

use std::collections::HashSet;

use crate::document::NodeId;
use crate::pack::model::{CodeRule, Strip};
use crate::pack::{Answer, Ask, Pack};

use super::model::{Code, Mention, Place, Words};
use super::reader::Reader;
use super::room::Piece;

/// The table of the HTTP statuses themselves.
pub(super) const HTTP_TABLE: &str = "http/status";

/// The same code elsewhere: more than this many are no help.
const ALSO: usize = 6;

/// More codes of one list than this are not kept: looking one up goes through the tables of all packs.
const KEPT: usize = 1_000;

/// All codes of some rules, from general to specific. `said` is the server's sentence, which may tell rows apart.
pub(super) fn find(reader: &Reader<'_>, from: NodeId, rules: &[CodeRule], said: Option<&Mention>) -> Vec<Code> {
    let Some(pack) = reader.pack else { return Vec::new() };
    let mut codes: Vec<Code> = Vec::new();
    for rule in rules {
        let mentions = if rule.key { reader.names(from, &rule.place) } else { reader.mentions(from, &rule.place) };
        let mut seen = HashSet::new();
        for mention in mentions {
            if mention.text.is_empty() || !seen.insert(mention.text.clone()) {
                continue;
            }
            if !has_room(reader, &codes) {
                return codes;
            }
            let code = one(reader, pack, from, rule, mention, said);
            let unwanted = rule.known_only && code.entry.is_none();
            if !unwanted && !is_among(&code, &codes) {
                codes.push(code);
            }
        }
    }
    codes
}

/// Adds codes that are not there yet.
pub(super) fn add(reader: &Reader<'_>, codes: &mut Vec<Code>, more: &[Code]) {
    for code in more {
        if !is_among(code, codes) && has_room(reader, codes) {
            codes.push(code.clone());
        }
    }
}

fn is_among(code: &Code, codes: &[Code]) -> bool {
    codes.iter().any(|other| other.table == code.table && other.code == code.code)
}

/// Whether one more code may be looked up for a list.
fn has_room(reader: &Reader<'_>, codes: &[Code]) -> bool {
    if codes.len() >= KEPT {
        reader.within.room.lack(Piece::Code);
        return false;
    }
    reader.within.room.take(Piece::Code)
}

fn one(
    reader: &Reader<'_>,
    pack: &Pack,
    from: NodeId,
    rule: &CodeRule,
    mention: Mention,
    said: Option<&Mention>,
) -> Code {
    let stripped = strip(mention.text.source(), rule.strip);
    let under = rule.under.as_ref().and_then(|path| reader.first_at(from, std::slice::from_ref(path)));
    let under = under.as_ref().map(|mention| mention.text.source());
    let method = reader.response.request.method.as_ref().map(|method| method.source());
    let mut code = look_up(
        reader,
        pack,
        &rule.table,
        Ask { code: stripped, under, method, said: said.map(|said| said.text.source()) },
    );
    code.place = mention.place;
    code
}

/// Looks a code up in a table of a pack (`table`, or `pack/table` of another).
pub(super) fn look_up(reader: &Reader<'_>, pack: &Pack, table: &str, ask: Ask<'_>) -> Code {
    let full = if table.contains('/') { table.to_owned() } else { format!("{}/{table}", pack.id()) };
    let owner = full.split('/').next().unwrap_or_default().to_owned();
    let spelled: Words = match ask.under {
        Some(under) => format!("{under}/{}", ask.code).into(),
        None => ask.code.to_owned().into(),
    };
    let (entry, family, neighbours) = match reader.catalog.ask(pack, table, ask) {
        Answer::Known(entry) => (Some(entry), None, Vec::new()),
        Answer::Unknown { family, neighbours } => (None, family, neighbours),
    };
    // An HTTP status means much the same everywhere; where it stands in a vendor's table, "elsewhere" is no news.
    let is_status = full.ends_with("/http") || full == HTTP_TABLE;
    let mut also = if is_status { Vec::new() } else { reader.catalog.same_code(ask.code, Some(&owner)) };
    also.truncate(ALSO);
    Code { table: full, code: spelled, place: Place::Status, entry, family, neighbours, also, quoted: false }
}

/// The codes of a body that nobody claims.
pub(super) fn find_unclaimed(reader: &Reader<'_>, rules: &[CodeRule]) -> Vec<Code> {
    let root = reader.document.root();
    let mentions = rules.iter().flat_map(|rule| reader.mentions(root, &rule.place));
    let (mut codes, mut seen) = (Vec::new(), HashSet::new());
    for mention in mentions {
        if mention.text.is_empty() || !seen.insert(mention.text.clone()) {
            continue;
        }
        if !has_room(reader, &codes) {
            break;
        }
        codes.push(unclaimed(reader, mention));
    }
    codes
}

/// A code of a body that nobody claims: shown, never decoded, with what it means elsewhere.
fn unclaimed(reader: &Reader<'_>, mention: Mention) -> Code {
    let mut also = reader.catalog.same_code(mention.text.source().trim(), None);
    also.truncate(ALSO);
    Code {
        table: String::new(),
        code: mention.text,
        place: mention.place,
        entry: None,
        family: None,
        neighbours: Vec::new(),
        also,
        quoted: false,
    }
}

/// Cuts decoration off a code.
fn strip(code: &str, how: Option<Strip>) -> &str {
    let code = code.trim();
    match how {
        None => code,
        Some(Strip::Aws) => {
            // `aws.protocoltests#FooError:http://...`: first what comes before a colon, then what comes after a hash.
            let head = code.split(':').next().unwrap_or(code);
            head.rsplit('#').next().unwrap_or(head)
        }
        Some(Strip::LastSegment) => {
            let path = code.split(['?', '#']).next().unwrap_or(code).trim_end_matches('/');
            path.rsplit(['/', ':']).next().unwrap_or(path)
        }
        Some(Strip::Qname) => code.rsplit(':').next().unwrap_or(code),
        Some(Strip::StatusLine) => {
            let mut words = code.split_ascii_whitespace();
            match words.next() {
                Some(version) if version.starts_with("HTTP/") => words.next().unwrap_or(code),
                _ => code,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_what_the_rule_says() {
        let cases = [
            ("ns.v1#FooError:http://x/y", Some(Strip::Aws), "FooError"),
            ("FooError", Some(Strip::Aws), "FooError"),
            ("soap:Client.Auth", Some(Strip::Qname), "Client.Auth"),
            ("HTTP/1.1 423 Locked", Some(Strip::StatusLine), "423"),
            ("https://x/problems/too-many-requests/?a=/b#c", Some(Strip::LastSegment), "too-many-requests"),
            ("urn:problem:gone", Some(Strip::LastSegment), "gone"),
            ("plain", Some(Strip::LastSegment), "plain"),
            (" 12 ", None, "12"),
        ];
        for (code, how, wanted) in cases {
            assert_eq!(strip(code, how), wanted);
        }
    }
}
