//! Lists.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        DeserializeOwned, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

use super::{RequestError, call::Call, retry::is_transient};
use crate::Result;

/// How many items a stream asks for at a time: no list of Clerk's refuses that many.
const STREAM_LIMIT: u64 = 100;

/// A part of a list, and how long the list is.
///
/// Clerk sends some lists as `{"data": […], "total_count": 3}` and others as a bare array. Both are
/// understood; of a bare array the total is the number of items in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// How many items there are on all pages.
    pub total_count: u64,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Part { data, total_count } = Part::deserialize(deserializer)?;
        Ok(Self { total_count: total_count.unwrap_or(data.len() as u64), data })
    }
}

/// A part of a list, as it was sent.
struct Part<T> {
    data: Vec<T>,
    total_count: Option<u64>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherShape(PhantomData))
    }
}

struct EitherShape<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EitherShape<T> {
    type Value = Part<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array, or an object with the array `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Part<T>, A::Error> {
        let data = Vec::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(Part { data, total_count: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Part<T>, A::Error> {
        #[derive(Deserialize)]
        struct Fields<T> {
            // The list of M2M tokens has a name of its own for them.
            #[serde(alias = "m2m_tokens")]
            data: Vec<T>,
            total_count: Option<u64>,
        }
        let Fields { data, total_count } = Fields::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(Part { data, total_count })
    }
}

/// The items of a list, over all of its pages, which are fetched as they are needed. What the `stream` methods
/// return.
///
/// An error that may pass, after all the attempts of the [`RetryPolicy`](super::RetryPolicy), does not end
/// the stream: polled again, it asks for the same page again. Any other error is its last item.
///
/// Clerk pages by position. What is created or deleted meanwhile moves the rest, so that an item may come
/// twice or not at all; in ascending order of creation, what is new comes last.
///
/// ```no_run
/// use axum_clerk::api::ListUsers;
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let mut users = clerk.users().stream(ListUsers::default().order_by("created_at").limit(500));
/// while let Some(user) = users.try_next().await? {
///     println!("{}", user.id);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T>(Pin<Box<dyn Stream<Item = Result<T>> + Send>>);

impl<T: DeserializeOwned + Send + 'static> Items<T> {
    pub(super) fn new(call: Result<Call, RequestError>) -> Self {
        Self(match call {
            Ok(call) => {
                pages(call).map_ok(|items| stream::iter(items).map(Ok)).try_flatten().boxed()
            }
            Err(error) => stream::iter([Err(error.into())]).boxed(),
        })
    }
}

fn pages<T: DeserializeOwned>(mut list: Call) -> impl Stream<Item = Result<Vec<T>>> {
    let mut query: Vec<_> = list.url.query_pairs().into_owned().collect();
    let number =
        |name| query.iter().find(|(n, _)| n == name).and_then(|(_, value)| value.parse().ok());
    let (limit, start) = (number("limit").unwrap_or(STREAM_LIMIT), number("offset").unwrap_or(0));
    query.retain(|(name, _)| name != "limit" && name != "offset");
    list.url.query_pairs_mut().clear().extend_pairs(query).append_pair("limit", &limit.to_string());

    let pages = stream::unfold(Some(start), move |offset| {
        let mut call = list.clone();
        async move {
            let offset = offset?;
            call.url.query_pairs_mut().append_pair("offset", &offset.to_string());
            Some(match call.read::<Part<T>>().await {
                Ok(part) => {
                    let received = part.data.len() as u64;
                    let next = offset.saturating_add(received);
                    let has_more =
                        received > 0 && part.total_count.map_or(received == limit, |n| next < n);
                    (Ok(part.data), has_more.then_some(next))
                }
                Err(error) => {
                    let again = is_transient(&error).then_some(offset);
                    (Err(error), again)
                }
            })
        }
    });
    pages.fuse()
}

impl<T> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

params! {
    /// Which part of a list is returned, where there is nothing else to choose.
    pub struct Paging {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which part of a list is returned, of those that Clerk does not always page.
    pub struct OptionalPaging {
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::json_path::path_of, *};

    #[test]
    fn a_bare_array_and_an_object_are_both_a_page() {
        let page: Page<u8> = serde_json::from_str("[1, 2]").unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 2 });
        let page: Page<u8> =
            serde_json::from_str(r#"{"total_count": 9, "data": [1, 2], "more": true}"#).unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 9 });
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1,2],"total_count":9}"#);
    }

    #[test]
    fn an_error_names_the_item_in_either_shape() {
        for (json, path) in [(r#"[1, "x"]"#, "[1]"), (r#"{"data": [1, "x"]}"#, "data[1]")] {
            let error = serde_json::from_str::<Page<u8>>(json).unwrap_err();
            assert_eq!(path_of(&error, json.as_bytes()), path);
        }
    }
}
