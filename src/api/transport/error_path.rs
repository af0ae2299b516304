//! Where in a JSON text a value is that could not be read.

use std::{borrow::Cow, fmt, fmt::Write};

use serde::{
    Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Error, value::RawValue};

/// How deep to look: no model has as many levels, and each is read once more.
const MAX_DEPTH: usize = 16;

/// The path to what an error is about, such as `data[3].email_addresses[0].id`; `.` is the text as a whole, also where it
/// is no JSON.
///
/// `serde_path_to_error` keeps the path while it reads, at the price of almost a third more code to compile. The error's
/// position is enough to find it afterwards.
pub(super) fn path_of(error: &Error, json: &[u8]) -> String {
    let Some(json) = std::str::from_utf8(json).ok().filter(|_| error.is_data()) else {
        return ".".to_owned();
    };
    let lines = json.split_inclusive('\n').take(error.line().saturating_sub(1));
    let position = lines.map(str::len).sum::<usize>() + error.column();
    let (mut path, mut text, mut start) = (String::new(), json, 0);
    for _ in 0..MAX_DEPTH {
        // A value of the wrong type may be refused before it is read.
        let Some(read) = position.checked_sub(start).filter(|read| *read > 0) else { break };
        let Some((step, value)) = child_at(text, read) else { break };
        let _ = match step {
            Step::Index(index) => write!(path, "[{index}]"),
            Step::Field(name) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name) => write!(path, ".{name}"),
        };
        // A raw value is a part of the text that it was read from.
        start += value.as_ptr().addr() - text.as_ptr().addr();
        text = value;
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

enum Step<'a> {
    Index(usize),
    Field(Cow<'a, str>),
}

/// The element or field of a value that does not end before a position, if the position is in one.
fn child_at(text: &str, position: usize) -> Option<(Step<'_>, &str)> {
    let mut found = None;
    let start = text.as_ptr().addr();
    let is_it = move |value: &RawValue| {
        let value = value.get();
        value.as_ptr().addr() - start + value.len() >= position
    };
    let visitor = ChildAt { is_it, found: &mut found };
    // It stops reading where it has found the child, which is an error to the reader.
    let _ = serde_json::Deserializer::from_str(text).deserialize_any(visitor);
    found
}

struct ChildAt<'f, 'de, F> {
    is_it: F,
    found: &'f mut Option<(Step<'de>, &'de str)>,
}

impl<'de, F: Fn(&RawValue) -> bool> Visitor<'de> for ChildAt<'_, 'de, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(value) = elements.next_element::<&RawValue>()? {
            if (self.is_it)(value) {
                *self.found = Some((Step::Index(index), value.get()));
                break;
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some((name, value)) = fields.next_entry::<CowStr<'de>, &RawValue>()? {
            if (self.is_it)(value) {
                *self.found = Some((Step::Field(name.0), value.get()));
                break;
            }
        }
        Ok(())
    }
}

/// A text, borrowed where it has no escapes; serde's own `Cow` is always owned.
#[derive(serde::Deserialize)]
struct CowStr<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde::{Deserialize, de::DeserializeOwned};

    use super::*;
    use crate::api::types::Page;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct User {
        id: String,
        age: Option<u8>,
        addresses: Vec<Address>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct Address {
        text: String,
        is_primary: bool,
    }

    fn path<T: DeserializeOwned + fmt::Debug>(json: &str) -> String {
        path_of(&serde_json::from_str::<T>(json).unwrap_err(), json.as_bytes())
    }

    #[test]
    fn the_path_leads_to_what_is_wrong() {
        for (json, expected) in [
            (r#"{ "id": 1, "addresses": [] }"#, "id"),
            (r#"{"id":{"a":1},"addresses":[]}"#, "id"),
            (r#"{"addresses":[],"id":["a"]}"#, "id"),
            (r#"{"id":"é","age":300,"addresses":[]}"#, "age"),
            (r#"{"id":"a","age":-1}"#, "age"),
            (r#"{"id":"a","age":1.5,"addresses":[]}"#, "age"),
            (r#"{"id":"a","addresses":"none"}"#, "addresses"),
            (
                "{\"id\":\"a\",\n\n \"addresses\":[\n{\"text\":\"a\",\n\"is_primary\":1}]}",
                "addresses[0].is_primary",
            ),
            (
                r#"{"id":"a","addresses":[{"text":"a","is_primary":true},{"text":null}]}"#,
                "addresses[1].text",
            ),
            (
                r#"{"id":"a","addresses":[{"text":"a","is_primary":true}, {"text":"b"}]}"#,
                "addresses[1]",
            ),
            (r#"{"id":"a","addresses":[7]}"#, "addresses[0]"),
            (r#"{"id":"a"}"#, "."),
            (r#""text""#, "."),
            (r#"[{"id":"a"}]"#, "[0]"),
            ("", "."),
            (r#"{"id":"a","addresses":[{"text":"a"#, "."),
            (r#"{"id":"a","addresses":[]} and more"#, "."),
        ] {
            assert_eq!(path::<User>(json), expected, "{json}");
        }
        assert_eq!(path::<Vec<Vec<u8>>>("[[1], [2, 3, \"four\"]]"), "[1][2]");
        assert_eq!(
            path::<std::collections::BTreeMap<String, u8>>(r#"{"a.\"b":1,"c\u0064":"x"}"#),
            "cd"
        );
    }

    #[test]
    fn what_is_too_deep_or_too_long_to_follow_is_not_followed() {
        let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
        assert!(path::<User>(&deep).len() <= MAX_DEPTH * "[0]".len());
        assert_eq!(path::<User>(&format!("[{}0]", "0,".repeat(1_000_000))), "[0]");
    }

    #[test]
    fn an_error_names_the_item_in_either_shape() {
        for (json, path) in [(r#"[1, "x"]"#, "[1]"), (r#"{"data": [1, "x"]}"#, "data[1]")] {
            let error = serde_json::from_str::<Page<u8>>(json).unwrap_err();
            assert_eq!(path_of(&error, json.as_bytes()), path);
        }
    }
}
