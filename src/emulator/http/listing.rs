//! Pagination, sorting and filtering of lists.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    error::{ClerkError, Result},
    integral::integer,
};

/// The requested part of a list.
#[derive(Deserialize)]
pub(in crate::emulator) struct Page {
    #[serde(default = "Page::default_limit", deserialize_with = "integer")]
    limit: usize,
    #[serde(default, deserialize_with = "integer")]
    pub(in crate::emulator) offset: usize,
    /// Whether to return the page together with the total instead of as a plain array.
    #[serde(default)]
    paginated: bool,
}

impl Page {
    fn default_limit() -> usize {
        10
    }

    /// Lowers the maximum page size.
    pub(in crate::emulator) fn with_max_limit(self, max: usize) -> Result<Self> {
        if self.limit <= max {
            Ok(self)
        } else {
            Err(ClerkError::invalid_value("limit", &format!("from 1 to {max}")))
        }
    }

    pub(in crate::emulator) fn slice<T>(
        &self,
        list: impl IntoIterator<Item = T>,
    ) -> Result<Vec<T>> {
        match self.limit {
            1..=500 => Ok(list.into_iter().skip(self.offset).take(self.limit).collect()),
            _ => Err(ClerkError::invalid_value("limit", "from 1 to 500")),
        }
    }

    /// Returns the page together with the total number of items.
    pub(in crate::emulator) fn with_total<T: Serialize>(
        &self,
        list: Vec<T>,
    ) -> Result<Json<Value>> {
        self.map_with_total(list, |item| item)
    }

    /// Like [`with_total`](Self::with_total), with documents that are only built for the page.
    pub(in crate::emulator) fn map_with_total<T, D: Serialize>(
        &self,
        list: Vec<T>,
        document: impl FnMut(T) -> D,
    ) -> Result<Json<Value>> {
        let total_count = list.len();
        let data: Vec<D> = self.slice(list)?.into_iter().map(document).collect();
        Ok(Json(json!({ "data": data, "total_count": total_count })))
    }

    /// Returns the page as a plain array, or [`with_total`](Self::with_total) if the request says
    /// so.
    pub(in crate::emulator) fn array<T: Serialize>(&self, list: Vec<T>) -> Result<Json<Value>> {
        if self.paginated { self.with_total(list) } else { Ok(Json(json!(self.slice(list)?))) }
    }
}

/// Sorts a list, given in order of creation, by one of its `fields`: `name` or `+name` in ascending
/// order, `-name` in descending order. Without `order_by`, the newest items come first.
pub(in crate::emulator) fn sort<T>(
    list: &mut [T],
    order_by: Option<&str>,
    fields: &[&str],
    field: impl Fn(&T, &str) -> Value,
) -> Result<()> {
    // A plus sign that was not percent-encoded arrives as a space.
    let order_by = order_by.unwrap_or("-created_at").trim_start();
    let name = order_by.trim_start_matches(['+', '-']);
    if !fields.contains(&name) {
        return Err(ClerkError::invalid_value(
            "order_by",
            &format!("one of {}", fields.join(", ")),
        ));
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

/// Returns whether an item passes a filter of IDs: `-id` excludes items; if there are any of `id`
/// or `+id`, an item must have one of them.
pub(in crate::emulator) fn selects(filter: &[String], has: impl Fn(&str) -> bool) -> bool {
    let (excluded, included): (Vec<&str>, Vec<&str>) =
        filter.iter().map(|id| id.trim_start()).partition(|id| id.starts_with('-'));
    let included = included.iter().map(|id| id.trim_start_matches('+'));
    !excluded.iter().any(|id| has(&id[1..]))
        && (included.len() == 0 || included.into_iter().any(has))
}

/// Returns whether a string contains another one, ignoring case.
pub(in crate::emulator) fn contains(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
}
