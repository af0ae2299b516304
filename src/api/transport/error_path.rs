//! Locates the JSON path of a deserialization error.

use std::{borrow::Cow, fmt, fmt::Write};

use serde::{
    Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Error, value::RawValue};

/// The maximum depth of a path. No model is nested as deeply, and each level is parsed again.
const MAX_DEPTH: usize = 16;

/// Returns the path of the value that caused an error, such as `data[3].email_addresses[0].id`. It
/// is `.` for the document itself, and for invalid JSON.
///
/// `serde_path_to_error` tracks the path during deserialization, but makes the crate compile almost
/// a third more code. The error's position is enough to find the path afterwards.
pub(super) fn path_of(error: &Error, json: &[u8]) -> String {
    let Some(json) = std::str::from_utf8(json).ok().filter(|_| error.is_data()) else {
        return ".".to_owned();
    };
    let lines = json.split_inclusive('\n').take(error.line().saturating_sub(1));
    let position = lines.map(str::len).sum::<usize>() + error.column();
    let (mut path, mut text, mut start) = (String::new(), json, 0);
    for _ in 0..MAX_DEPTH {
        // A value of the wrong type may be rejected before it is read.
        let Some(offset) = position.checked_sub(start).filter(|offset| *offset > 0) else { break };
        let Some((step, value)) = child_at(text, offset) else { break };
        let _ = match step {
            Step::Index(index) => write!(path, "[{index}]"),
            Step::Field(name) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name) => write!(path, ".{name}"),
        };
        // A raw value is a slice of the string that it was parsed from.
        start += value.as_ptr().addr() - text.as_ptr().addr();
        text = value;
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

enum Step<'a> {
    Index(usize),
    Field(Cow<'a, str>),
}

/// Returns the first element or field of a value that ends at or after `position`, if any.
fn child_at(text: &str, position: usize) -> Option<(Step<'_>, &str)> {
    let mut found = None;
    let start = text.as_ptr().addr();
    let contains_position = move |value: &RawValue| {
        let value = value.get();
        value.as_ptr().addr() - start + value.len() >= position
    };
    let visitor = ChildAt { contains_position, found: &mut found };
    // The visitor stops at the child, which the deserializer reports as an error.
    let _ = serde_json::Deserializer::from_str(text).deserialize_any(visitor);
    found
}

struct ChildAt<'f, 'de, F> {
    contains_position: F,
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
            if (self.contains_position)(value) {
                *self.found = Some((Step::Index(index), value.get()));
                break;
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some((name, value)) = fields.next_entry::<CowStr<'de>, &RawValue>()? {
            if (self.contains_position)(value) {
                *self.found = Some((Step::Field(name.0), value.get()));
                break;
            }
        }
        Ok(())
    }
}

/// A string that is borrowed if it has no escapes; `Cow` deserializes as owned by default.
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
    fn path_locates_the_invalid_value() {
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
    fn deep_and_long_documents_are_handled() {
        let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
        assert!(path::<User>(&deep).len() <= MAX_DEPTH * "[0]".len());
        assert_eq!(path::<User>(&format!("[{}0]", "0,".repeat(1_000_000))), "[0]");
    }

    #[test]
    fn path_includes_the_index_in_both_forms_of_a_list() {
        for (json, path) in [(r#"[1, "x"]"#, "[1]"), (r#"{"data": [1, "x"]}"#, "data[1]")] {
            let error = serde_json::from_str::<Page<u8>>(json).unwrap_err();
            assert_eq!(path_of(&error, json.as_bytes()), path);
        }
    }
}
