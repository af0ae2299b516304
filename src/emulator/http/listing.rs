//! Pages, order and filters of lists.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{ClerkError, Result};

/// Which part of a list is asked for.
#[derive(Deserialize)]
pub(in crate::emulator) struct Page {
    #[serde(default = "Page::default_limit")]
    limit: usize,
    #[serde(default)]
    pub(in crate::emulator) offset: usize,
    /// Whether to answer a page with the total, where older clients expect a mere array.
    #[serde(default)]
    paginated: bool,
}

impl Page {
    fn default_limit() -> usize {
        10
    }

    /// The same page, where lists give fewer at a time than most.
    pub(in crate::emulator) fn with_max_limit(self, most: usize) -> Result<Self> {
        if self.limit <= most {
            Ok(self)
        } else {
            Err(ClerkError::invalid_value("limit", &format!("from 1 to {most}")))
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

    /// The page with the number of all that there are.
    pub(in crate::emulator) fn with_total<T: Serialize>(
        &self,
        list: Vec<T>,
    ) -> Result<Json<Value>> {
        let total_count = list.len();
        Ok(Json(json!({ "data": self.slice(list)?, "total_count": total_count })))
    }

    /// The page as a mere array, unless it is to be [`with_total`](Self::with_total).
    pub(in crate::emulator) fn array<T: Serialize>(&self, list: Vec<T>) -> Result<Json<Value>> {
        if self.paginated { self.with_total(list) } else { Ok(Json(json!(self.slice(list)?))) }
    }
}

/// Sorts a list that stands in the order of creation by one of its `fields`: `+name` or `name` upwards,
/// `-name` downwards, and without `order_by` the newest first.
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

/// Whether a filter of ids lets one of them pass: `-id` excludes, `id` or `+id` demands one of those given.
pub(in crate::emulator) fn selects(filter: &[String], has: impl Fn(&str) -> bool) -> bool {
    let (excluded, demanded): (Vec<&str>, Vec<&str>) =
        filter.iter().map(|id| id.trim_start()).partition(|id| id.starts_with('-'));
    let demanded = demanded.iter().map(|id| id.trim_start_matches('+'));
    !excluded.iter().any(|id| has(&id[1..]))
        && (demanded.len() == 0 || demanded.into_iter().any(has))
}

/// Whether a text has another one within, whatever the case.
pub(in crate::emulator) fn contains(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
}
