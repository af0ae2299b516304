//! A server that returns mutated copies of Clerk's responses.

use std::sync::{Arc, Mutex};

use axum::{Json, Router};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// A server that returns the mutation of the current response to every request.
pub(crate) struct MutatingServer {
    pub(crate) url: String,
    /// Whether a response may fail to decode.
    pub(crate) may_fail_to_decode: bool,
    mutate: fn(&Value) -> Value,
    response: Arc<Mutex<Value>>,
}

impl MutatingServer {
    pub(crate) async fn adding_fields_and_values() -> Self {
        Self { may_fail_to_decode: false, ..Self::start(add_fields_and_values).await }
    }

    pub(crate) async fn nulling_fields() -> Self {
        Self::start(|response| replace_fields(response, |_| Value::Null)).await
    }

    pub(crate) async fn changing_types() -> Self {
        Self::start(|response| {
            replace_fields(
                response,
                |value| if value.is_string() { json!(-1.5) } else { json!("1") },
            )
        })
        .await
    }

    pub(crate) async fn omitting_fields() -> Self {
        Self::start(|response| if response.is_array() { json!([{}]) } else { json!({}) }).await
    }

    async fn start(mutate: fn(&Value) -> Value) -> Self {
        let response = Arc::new(Mutex::new(Value::Null));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let current = response.clone();
        let app = Router::new().fallback(async move || Json(current.lock().unwrap().clone()));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, may_fail_to_decode: true, mutate, response }
    }

    /// Sets the response to mutate and return from now on.
    pub(crate) fn set_response(&self, response: &Value) {
        *self.response.lock().unwrap() = (self.mutate)(response);
    }
}

/// Adds a field to every object and changes every string, except for dates and the names of object
/// types.
fn add_fields_and_values(response: &Value) -> Value {
    match response {
        Value::Object(fields) => {
            let mutate = |(name, value): (&String, &Value)| match name.as_str() {
                "object" => (name.clone(), value.clone()),
                _ => (name.clone(), add_fields_and_values(value)),
            };
            let mut fields: Map<_, _> = fields.iter().map(mutate).collect();
            // The contract server's sample of a map with arbitrary keys and string values, where
            // another field would be a value of the wrong type.
            if !fields.contains_key("alpha") {
                fields.insert("unknown_field".to_owned(), json!({ "a": ["b", "c"] }));
            }
            fields.into()
        }
        Value::Array(items) => items.iter().map(add_fields_and_values).collect(),
        Value::String(text) if !text.starts_with("2026-") => json!("an unknown value"),
        other => other.clone(),
    }
}

/// Replaces every value that is neither an object nor an array.
fn replace_fields(response: &Value, replace: fn(&Value) -> Value) -> Value {
    match response {
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| (name.clone(), replace_fields(value, replace)));
            fields.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| replace_fields(item, replace)).collect(),
        other => replace(other),
    }
}
