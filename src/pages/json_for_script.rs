//! JSON in scripts.

use serde::Serialize;

/// Serializes a value to JSON that can be embedded in a `<script>` element, whether as a JavaScript
/// expression or with the type `application/json`.
///
/// `<`, `>`, `&`, `/`, U+2028 and U+2029 are escaped, so that no string can end the element, start a
/// comment or break a line. Do not use the result in attributes or event handlers.
///
/// ```
/// let json = axum_clerk::pages::json_for_script(&["</script><!--"])?;
/// assert_eq!(json, r#"["\u003c\u002fscript\u003e\u003c!--"]"#);
/// # Ok::<_, serde_json::Error>(())
/// ```
///
/// # Errors
///
/// If the value cannot be serialized to JSON, such as a map whose keys are not strings.
pub fn json_for_script<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    let mut escaped = String::with_capacity(json.len());
    // JSON has these characters only within strings, where the escapes stand for the same text.
    for character in json.chars() {
        match character {
            '<' => escaped.push_str(r"\u003c"),
            '>' => escaped.push_str(r"\u003e"),
            '&' => escaped.push_str(r"\u0026"),
            '/' => escaped.push_str(r"\u002f"),
            '\u{2028}' => escaped.push_str(r"\u2028"),
            '\u{2029}' => escaped.push_str(r"\u2029"),
            other => escaped.push(other),
        }
    }
    Ok(escaped)
}
