//! Reading the members of a JSON object without building a tree.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// The name in the object that stands for a number if the application enables the feature
/// `arbitrary_precision` of serde_json.
const ARBITRARY_PRECISION: &str = "$serde_json::private::Number";

/// The value of a member.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    /// `null`, a boolean, an array or an object.
    Other,
}

/// Parses a JSON object and calls `visit` with the name and the value of each member. If a name
/// occurs twice, the last member counts, as in JavaScript.
///
/// Accepts exactly the objects that [`serde_json::Map`] can be deserialized from.
pub(super) fn visit_members<'a>(
    json: &'a str,
    visit: impl FnMut(&str, Scalar<'a>),
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Members(visit))?;
    deserializer.end()
}

struct Members<F>(F);

impl<'de, F: FnMut(&str, Scalar<'de>)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            let value = map.next_value()?;
            if let Scalar::Text(name) = name {
                (self.0)(&name, value);
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Scalar<'de>, A::Error> {
        while array.next_element::<Scalar<'_>>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Scalar<'de>, A::Error> {
        let mut value = Scalar::Other;
        while let Some((name, member)) = object.next_entry()? {
            if let (Scalar::Text(name), Scalar::Text(number)) = (name, member)
                && name == ARBITRARY_PRECISION
            {
                let number = number.parse().ok().filter(|number: &f64| number.is_finite());
                value = number.map_or(Scalar::Other, Scalar::Number);
            }
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;

    fn members(json: &str) -> Option<Map<String, Value>> {
        let mut members = Map::new();
        let result = visit_members(json, |name, value| {
            let value = match value {
                Scalar::Text(text) => text.into_owned().into(),
                Scalar::Number(number) => number.into(),
                Scalar::Other => Value::Null,
            };
            members.insert(name.to_owned(), value);
        });
        result.ok().map(|()| members)
    }

    fn scalars(json: &str) -> Option<Map<String, Value>> {
        let mut map: Map<String, Value> = serde_json::from_str(json).ok()?;
        for value in map.values_mut() {
            *value = match value.take() {
                Value::Number(number) => number.as_f64().into(),
                text @ Value::String(_) => text,
                _ => Value::Null,
            };
        }
        Some(map)
    }

    #[test]
    fn objects_are_read_as_maps_are() {
        for json in [
            "{}",
            " { \"a\" : 1 } ",
            r#"{"a":"x","\u0062":"\u0079","c":[1,{"d":"\ud83d\ude00"}],"e":{"f":null}}"#,
            r#"{"a":1,"a":"last"}"#,
            r#"{"a":{"b":"1"}}"#,
            r#"{"a":-1,"b":1.5e3,"c":18446744073709551615,"d":true}"#,
            // Neither accepts these.
            "",
            "[]",
            "null",
            "{}x",
            r#"{"a":1e999}"#,
            r#"{"a":[1e999]}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":{"b":"\ud800"}}"#,
            r#"{"a":x}"#,
            r#"{a:1}"#,
            &format!(r#"{{"a":{}}}"#, "[".repeat(500) + &"]".repeat(500)),
        ] {
            assert_eq!(members(json), scalars(json), "{json:.60}");
        }
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_numbers() {
        for (number, expected) in [
            ("12", Scalar::Number(12.0)),
            ("-1.5e3", Scalar::Number(-1500.0)),
            ("1e999", Scalar::Other),
        ] {
            let json = format!(r#"{{"exp":{{"{ARBITRARY_PRECISION}":"{number}"}}}}"#);
            let mut visited = 0;
            let result = visit_members(&json, |_, value| {
                visited += 1;
                assert_eq!(value, expected, "{number}");
            });
            assert!(result.is_ok() && visited == 1);
        }
    }

    proptest! {
        #[test]
        fn any_object_is_read_as_a_map_is(json in r#"\{("(a|\\u0061|\\ud83d)":("\PC{0,3}"|-?[0-9]{1,3}(e[0-9]{1,3})?|\[\]|null|x),?){0,3}\}"#) {
            prop_assert_eq!(members(&json), scalars(&json));
        }
    }
}
