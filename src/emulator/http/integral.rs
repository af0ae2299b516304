//! Integers that clients send as decimal fractions.
//!
//! Clerk's description declares many integers as numbers, so that some clients send `10.0`.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

/// The integers that a float represents exactly.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Deserializes a query parameter that is an integer, possibly with a fraction of zero.
pub(in crate::emulator) fn integer<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let text = String::deserialize(deserializer)?;
    let number = text.parse().ok().or_else(|| to_integer(text.parse().ok()?));
    let number = number.and_then(|number: i64| T::try_from(number).ok());
    number.ok_or_else(|| D::Error::custom(format!("invalid number {text:?}")))
}

/// Like [`integer`], for an optional parameter.
pub(in crate::emulator) fn optional_integer<'de, D, T>(
    deserializer: D,
) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    integer(deserializer).map(Some)
}

/// Converts the parameters of a body that are integral floats to integers. Nested values, such as
/// metadata, are kept.
pub(super) fn normalize(params: &mut Map<String, Value>) {
    for value in params.values_mut() {
        let Value::Number(number) = value else { continue };
        if let Some(integer) = number.as_f64().filter(|_| number.is_f64()).and_then(to_integer) {
            *value = Value::from(integer);
        }
    }
}

fn to_integer(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the number is integral and in range")]
    (number.fract() == 0.0 && number.abs() <= MAX_EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Query {
        #[serde(default, deserialize_with = "integer")]
        limit: usize,
        #[serde(default, deserialize_with = "optional_integer")]
        after: Option<i64>,
    }

    #[test]
    fn integral_query_parameters_are_integers() {
        let parse = |query: &str| serde_html_form::from_str::<Query>(query).ok();
        for (query, limit, after) in [
            ("", 0, None),
            ("limit=10", 10, None),
            ("limit=10.0&after=-5.0", 10, Some(-5)),
            ("limit=1e2&after=9223372036854775807", 100, Some(i64::MAX)),
        ] {
            assert_eq!(parse(query), Some(Query { limit, after }), "{query}");
        }
        for query in ["limit=", "limit=10.5", "limit=-1", "limit=1e30", "limit=NaN", "after=inf"] {
            assert_eq!(parse(query), None, "{query}");
        }
    }

    #[test]
    fn nested_numbers_are_kept() {
        let Value::Object(mut params) = json!({ "a": 2.0, "b": 2.5, "c": { "d": 2.0 }, "e": 3 })
        else {
            unreachable!()
        };
        normalize(&mut params);
        assert_eq!(json!(params).to_string(), r#"{"a":2,"b":2.5,"c":{"d":2.0},"e":3}"#);
    }
}
