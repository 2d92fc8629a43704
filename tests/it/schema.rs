//! Every JSON report fits `docs/report.schema.json`, with its keys in the schema's order.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::program::{Program, samples};

/// The keywords of JSON Schema that our schema uses; any other one fails the test instead of being passed over.
fn check(schema: &Value, root: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        let holds = match keyword.as_str() {
            "type" => one_or_many(wanted).iter().any(|name| is_type(value, name.as_str().expect("a type"))),
            "$ref" => {
                let name = wanted.as_str().expect("a name").trim_start_matches('#');
                check(root.pointer(name).expect("a definition"), root, value, place, faults);
                true
            }
            "const" => value == wanted,
            "anyOf" => wanted.as_array().expect("schemas").iter().any(|schema| {
                let mut faults = Vec::new();
                check(schema, root, value, place, &mut faults);
                faults.is_empty()
            }),
            "pattern" => value.as_str().is_none_or(|text| {
                regex_lite::Regex::new(wanted.as_str().expect("a pattern")).expect("a pattern").is_match(text)
            }),
            "minItems" => value.as_array().is_none_or(|list| Some(list.len() as u64) >= wanted.as_u64()),
            "enum" => wanted.as_array().expect("values").contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().expect("a number")),
            "required" => value.as_object().is_none_or(|members| {
                wanted
                    .as_array()
                    .expect("names")
                    .iter()
                    .all(|name| members.contains_key(name.as_str().expect("a name")))
            }),
            "properties" => {
                for (name, schema) in wanted.as_object().expect("properties") {
                    if let Some(member) = value.get(name) {
                        check(schema, root, member, &format!("{place}/{name}"), faults);
                    }
                }
                place.starts_with('$') || in_order(wanted, value)
            }
            "additionalProperties" => others(schema, value).all(|(name, member)| match wanted {
                Value::Bool(allowed) => *allowed,
                schema => {
                    check(schema, root, member, &format!("{place}/{name}"), faults);
                    true
                }
            }),
            "items" => {
                for (at, element) in value.as_array().into_iter().flatten().enumerate() {
                    check(wanted, root, element, &format!("{place}/{at}"), faults);
                }
                true
            }
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            other => panic!("the test does not know `{other}`"),
        };
        if !holds {
            faults.push(format!("{place}: {keyword} {wanted} does not hold for {value}"));
        }
    }
}

fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("no type `{other}`"),
    }
}

fn others<'v>(schema: &'v Value, value: &'v Value) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let known = |name: &str| schema.get("properties").is_some_and(|known| known.get(name).is_some());
    value.as_object().into_iter().flatten().filter(move |(name, _)| !known(name))
}

/// Keys stand in the order of the schema: people read these lines, and diffs of them.
fn in_order(properties: &Value, value: &Value) -> bool {
    let order: Vec<_> = properties.as_object().expect("properties").keys().collect();
    let places = value.as_object().into_iter().flatten();
    places.filter_map(|(name, _)| order.iter().position(|known| *known == name)).is_sorted()
}

fn faults(report: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("JSON");
    let mut faults = Vec::new();
    check(&schema, &schema, report, "", &mut faults);
    faults
}

#[test]
fn reports_fit_the_schema() {
    let samples = samples();
    assert!(samples.len() >= 6, "samples were found");
    for (name, bytes) in samples {
        let done = Program::new(&["-o", "json"]).stdin(&bytes).run();
        let mut count = 0;
        for line in done.stdout.lines() {
            let report: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}"));
            assert_eq!(faults(&report), Vec::<String>::new(), "{name}: {line}");
            assert!(!line.chars().any(char::is_control), "{name}: {line:?}");
            count += 1;
        }
        assert!(count > 0, "{name}: at least one report");
    }
}

#[test]
fn the_check_can_fail() {
    let done = Program::new(&["-o", "json"]).stdin(b"{\"a\":1}").run();
    let good: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(faults(&good), Vec::<String>::new());
    for (pointer, value) in [
        ("/verdict", Value::from("fine")),
        ("/source/line", Value::from(0)),
        ("/source/bytes", Value::from("7")),
        ("/codes", Value::Null),
        ("/http", serde_json::json!({"status": 200})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("a member") = value;
        assert!(!faults(&bad).is_empty(), "{pointer}");
    }
    let mut more = good.clone();
    more["more"] = Value::from(1);
    assert!(!faults(&more).is_empty(), "an unknown key");
    let mut moved = serde_json::Map::new();
    moved.extend(good.as_object().expect("an object").clone().into_iter().rev());
    assert!(!faults(&Value::Object(moved)).is_empty(), "keys in another order");
}

/// A pack as an editor's schema sees it: TOML's dates are texts.
fn pack(text: &str) -> Value {
    let mut value: Value = toml::from_str::<toml::Table>(text).map(serde_json::to_value).expect("TOML").expect("JSON");
    let mut open = vec![&mut value];
    while let Some(value) = open.pop() {
        if let Some(date) = value.get("$__toml_private_datetime").cloned() {
            *value = date;
        }
        match value {
            Value::Object(members) => open.extend(members.values_mut()),
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    value
}

/// `$` instead of an empty place: the keys of a pack may stand in any order.
fn pack_faults(text: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pack.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("JSON");
    let mut faults = Vec::new();
    check(&schema, &schema, &pack(text), "$", &mut faults);
    faults
}

#[test]
fn built_in_packs_fit_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/packs");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("packs") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a pack");
        assert_eq!(pack_faults(&text), Vec::<String>::new(), "{}", path.display());
        count += 1;
    }
    assert!(count > 40, "{count} packs");
}

/// Packs that the loader refuses for what a schema can see are refused by the schema as well.
#[test]
fn broken_packs_do_not_fit_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad-packs");
    for name in [
        "alias-with-colon",
        "code-missing",
        "condition-fraction",
        "date-in-quotes",
        "format-2",
        "format-missing",
        "host-with-scheme",
        "id-missing",
        "id-not-an-id",
        "items-three-deep",
        "items-without-each",
        "message-without-id",
        "name-blank",
        "outcome-word",
    ] {
        let text = fs::read_to_string(folder.join(name).with_extension("toml")).expect("a broken pack");
        // A schema cannot tell a TOML date from a text.
        assert_eq!(pack_faults(&text).is_empty(), name == "date-in-quotes", "{name}");
    }
}

/// What the format has, the schema has: every key that the loader reads is one that the schema knows.
#[test]
fn the_schema_knows_the_keys_of_the_loader() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = fs::read_to_string(root.join("docs/pack.schema.json")).expect("the schema");
    let mut missing = Vec::new();
    let mut files: Vec<_> =
        ["message", "row", "shape"].map(|name| root.join(format!("src/pack/source/{name}.rs"))).to_vec();
    files.push(root.join("src/pack/source.rs"));
    let mut count = 0;
    for path in files {
        let text = fs::read_to_string(&path).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for reads in ["get", "need", "has", "list", "many", "words", "flag", "path", "paths", "places"] {
            for rest in code.split(&format!("keys.{reads}(\"")).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                count += 1;
                if !schema.contains(&format!("\"{key}\": {{")) {
                    missing.push(key.to_owned());
                }
            }
        }
    }
    assert!(count > 80, "{count} keys were found");
    assert_eq!(missing, Vec::<String>::new());
}
