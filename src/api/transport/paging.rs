//! Streams over all pages of a list.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::de::DeserializeOwned;

use super::{retry::is_transient, send::Call};
use crate::api::{
    error::{RequestError, Result},
    types::PartialPage,
};

/// The default page size of streams, which every list operation accepts.
const STREAM_LIMIT: u64 = 100;

/// A stream of the items of a list, over all of its pages, which are fetched as they are needed.
/// The `stream` methods return it. Its items are `Result<T, `[`api::Error`](crate::api::Error)`>`.
///
/// A transient error is returned after all attempts of the [`RetryPolicy`](crate::api::RetryPolicy)
/// have failed, and does not end the stream: polling it again fetches the same page. Any other
/// error is the last item.
///
/// Clerk pages by position. If objects are created or deleted in the meantime, the others move, and
/// items may be repeated or skipped. In ascending order of creation, new objects come last.
///
/// ```no_run
/// use axum_clerk::api::ListUsers;
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let oldest_first = ListUsers::default().order_by("created_at").limit(500);
/// let mut users = clerk.users().stream(&oldest_first);
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
            Some(match call.fetch::<PartialPage<T>>().await {
                Ok(page) => {
                    let received = page.data.len() as u64;
                    let next = offset.saturating_add(received);
                    let has_more = received > 0
                        && page.total_count.map_or(received == limit, |total| next < total);
                    (Ok(page.data), has_more.then_some(next))
                }
                Err(error) => {
                    let retry_offset = is_transient(&error).then_some(offset);
                    (Err(error), retry_offset)
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
