//! What requests ask: bodies, queries, pages and orders.

use std::fmt;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::request::Parts;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    error::{ClerkError, Result},
    store::Params,
};

/// A JSON object as the body; an empty body is the empty object.
pub(super) struct Body(pub(super) Params);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        match bytes.is_empty() {
            true => Ok(Self(Params::new())),
            false => serde_json::from_slice(&bytes).map(Self).map_err(ClerkError::body_invalid),
        }
    }
}

/// A JSON object as the body, of known fields; an empty body is the empty object.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let Body(params) = Body::from_request(request, state).await?;
        serde_path_to_error::deserialize(Value::Object(params)).map(Self).map_err(invalid)
    }
}

/// How many things may be created at once.
const BULK: usize = 10;

/// A JSON array of objects of known fields as the body, for as many things at once.
pub(super) struct JsonBulk<T>(pub(super) Vec<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBulk<T> {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        let items: Vec<Params> =
            serde_json::from_slice(&bytes).map_err(ClerkError::body_invalid)?;
        match items.len() {
            0 => {
                Err(ClerkError::param("form_param_missing", "", "There must be at least one item."))
            }
            1..=BULK => serde_path_to_error::deserialize(json!(items)).map(Self).map_err(invalid),
            _ => {
                let message = format!("There must be at most {BULK} items.");
                Err(ClerkError::bad_request("bulk_size_exceeded", message))
            }
        }
    }
}

/// The query, with lists as repeated parameters.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        serde_path_to_error::deserialize(serde_html_form::Deserializer::new(pairs))
            .map(Self)
            .map_err(invalid)
    }
}

/// Clerk tells apart what is missing, unknown and malformed; serde does so in its messages alone.
fn invalid<E: fmt::Display>(error: serde_path_to_error::Error<E>) -> ClerkError {
    let message = error.inner().to_string();
    let named = |prefix| message.strip_prefix(prefix)?.split('`').next();
    match (named("missing field `"), named("unknown field `")) {
        (Some(param), _) => ClerkError::missing(param),
        (_, Some(param)) => ClerkError::unknown(param),
        _ => ClerkError::format(&error.path().to_string(), &format!("valid: {message}")),
    }
}

/// Which part of a list is asked for.
#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default = "Page::default_limit")]
    limit: usize,
    #[serde(default)]
    pub(super) offset: usize,
    /// Whether to answer a page with the total, where older clients expect a mere array.
    #[serde(default)]
    paginated: bool,
}

impl Page {
    fn default_limit() -> usize {
        10
    }

    /// The same page, where lists give fewer at a time than most.
    pub(super) fn up_to(self, most: usize) -> Result<Self> {
        match self.limit <= most {
            true => Ok(self),
            false => Err(ClerkError::value("limit", &format!("from 1 to {most}"))),
        }
    }

    pub(super) fn of<T>(&self, list: impl IntoIterator<Item = T>) -> Result<Vec<T>> {
        match self.limit {
            1..=500 => Ok(list.into_iter().skip(self.offset).take(self.limit).collect()),
            _ => Err(ClerkError::value("limit", "from 1 to 500")),
        }
    }

    /// The page with the number of all that there are.
    pub(super) fn counted<T: Serialize>(&self, list: Vec<T>) -> Result<Json<Value>> {
        let total_count = list.len();
        Ok(Json(json!({ "data": self.of(list)?, "total_count": total_count })))
    }

    /// The page as a mere array, unless it is to be [`counted`](Self::counted).
    pub(super) fn array<T: Serialize>(&self, list: Vec<T>) -> Result<Json<Value>> {
        match self.paginated {
            true => self.counted(list),
            false => Ok(Json(json!(self.of(list)?))),
        }
    }
}

/// Sorts a list that stands in the order of creation by one of its `fields`: `+name` or `name` upwards,
/// `-name` downwards, and without `order_by` the newest first.
pub(super) fn sort<T>(
    list: &mut [T],
    order_by: Option<&str>,
    fields: &[&str],
    field: impl Fn(&T, &str) -> Value,
) -> Result<()> {
    // A plus sign that was not percent-encoded arrives as a space.
    let order_by = order_by.unwrap_or("-created_at").trim_start();
    let name = order_by.trim_start_matches(['+', '-']);
    if !fields.contains(&name) {
        return Err(ClerkError::value("order_by", &format!("one of {}", fields.join(", "))));
    }
    list.sort_by_cached_key(|item| {
        let value = field(item, name);
        (value.as_i64(), value.as_str().map(str::to_lowercase))
    });
    if order_by.starts_with('-') {
        list.reverse();
    }
    Ok(())
}

/// Whether a filter of ids lets one of them pass: `-id` excludes, `id` or `+id` demands one of those given.
pub(super) fn selects(filter: &[String], has: impl Fn(&str) -> bool) -> bool {
    let (excluded, demanded): (Vec<&str>, Vec<&str>) =
        filter.iter().map(|id| id.trim_start()).partition(|id| id.starts_with('-'));
    let demanded = demanded.iter().map(|id| id.trim_start_matches('+'));
    !excluded.iter().any(|id| has(&id[1..]))
        && (demanded.len() == 0 || demanded.into_iter().any(has))
}

/// Whether a text has another one within, whatever the case.
pub(super) fn contains(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
}
