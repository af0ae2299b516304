//! The shortcodes of JWT templates: placeholders for values.

use serde_json::{Map, Value, json};

/// Replaces the shortcodes of a template by their values.
///
/// A string that consists of one shortcode becomes its value, of any type. If there is other text,
/// the result is a string.
pub(in crate::emulator) fn fill_shortcodes(template: &Value, values: &Value) -> Value {
    match template {
        Value::String(text) => fill_text(text, values),
        Value::Array(items) => items.iter().map(|item| fill_shortcodes(item, values)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), fill_shortcodes(value, values)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn fill_text(text: &str, values: &Value) -> Value {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, (shortcode, after))) =
        rest.split_once("{{").and_then(|(before, after)| Some((before, after.split_once("}}")?)))
    {
        let value = evaluate(shortcode, values);
        if shortcode.len() + "{{}}".len() == text.len() {
            return value;
        }
        filled.push_str(before);
        filled.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        rest = after;
    }
    filled.push_str(rest);
    Value::String(filled)
}

/// Returns the first operand between `||` that is neither null nor false, or else the last one.
fn evaluate(shortcode: &str, values: &Value) -> Value {
    let mut is_quoted = false;
    let operands = shortcode.split(|c| {
        is_quoted ^= c == '\'';
        c == '|' && !is_quoted
    });
    let mut value = Value::Null;
    for operand in operands.map(str::trim).filter(|operand| !operand.is_empty()) {
        value = operand_value(operand, values);
        if !matches!(value, Value::Null | Value::Bool(false)) {
            break;
        }
    }
    value
}

/// Evaluates a string in single quotes, a number, a boolean, or the path of a value.
fn operand_value(operand: &str, values: &Value) -> Value {
    if let Some(text) = operand.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return json!(text);
    }
    match serde_json::from_str(operand) {
        Ok(literal @ (Value::Bool(_) | Value::Number(_))) => literal,
        _ => operand.split('.').fold(values, |at, name| &at[name]).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_resolve_to_values_text_and_fallbacks() {
        let values = json!({
            "user": { "first": "Ada", "last": null, "age": 0, "off": false, "tags": ["a"] },
        });
        for (template, expected) in [
            ("plain", json!("plain")),
            ("{{user.tags}}", json!(["a"])),
            ("{{ user.first }}", json!("Ada")),
            ("{{user.none.deeper}}", json!(null)),
            ("{{user.last}} {{user.first}}", json!("null Ada")),
            (" {{user.first}}", json!(" Ada")),
            ("{{user.tags}}!", json!("[\"a\"]!")),
            ("{{user.first}}{{user.age}}", json!("Ada0")),
            ("{{user.last || user.off || 'a || b'}}", json!("a || b")),
            ("{{user.last||30}}", json!(30)),
            ("{{user.last || true}}", json!(true)),
            ("{{user.age || 1}}", json!(0)),
            ("{{user.last || user.off}}", json!(false)),
            ("{{user.off || user.last}}", json!(null)),
            ("Dear {{user.last || 'friend'}},", json!("Dear friend,")),
            ("{{user.first", json!("{{user.first")),
            ("user.first}}", json!("user.first}}")),
            ("{{}}", json!(null)),
        ] {
            assert_eq!(
                fill_shortcodes(&json!({ "a": [template] }), &values),
                json!({ "a": [expected] }),
                "{template}"
            );
        }
    }
}
