//! Projection of documents.

use serde_json::{Map, Value};

/// Returns the given fields of a document, without those that it lacks.
pub(in crate::emulator) fn pick(document: &Value, fields: &[&str]) -> Value {
    let own = fields.iter().filter_map(|name| Some((*name, document.get(name)?)));
    Value::Object(own.map(|(name, value)| (name.to_owned(), value.clone())).collect::<Map<_, _>>())
}
