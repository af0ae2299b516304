//! Counters and gauges through the crate [`metrics`](https://docs.rs/metrics) (feature `metrics`).
//!
//! Install a recorder at startup, such as that of `metrics-exporter-prometheus`, and call
//! [`describe`] once for its help texts. Without a recorder, nothing is recorded. The example
//! `metrics` serves them to Prometheus.
//!
//! | name | type | labels |
//! |---|---|---|
//! | [`AUTHENTICATIONS`] | counter | `status`, `reason` |
//! | [`REJECTIONS`] | counter | `reason` |
//! | [`CACHE_LOOKUPS`] | counter | `cache`, `result` |
//! | [`CALLS`] | counter | `operation`, `status` |
//! | [`CALL_DURATION`] | histogram | `operation` |
//! | [`JWKS_FETCHED_AT`] | gauge | |
//! | [`REVOCATIONS`] | counter | `kind` |
//!
//! No label has a value that clients choose, so that the number of series is bounded.
#![cfg_attr(
    not(feature = "metrics"),
    expect(dead_code, unreachable_pub, reason = "nothing is recorded without the feature")
)]

/// Counts requests by the result of their authentication.
///
/// `status` is `signed-in`, `signed-out` or `handshake`, as in the header `x-clerk-auth-status`.
/// `reason` is that of `x-clerk-auth-reason` without details, or empty.
pub const AUTHENTICATIONS: &str = "axum_clerk_authentications_total";

/// Counts requests that a guard, an extractor or a handler rejected.
///
/// `reason` is the code in the response, such as `session-token-and-uat-missing` or `forbidden`.
pub const REJECTIONS: &str = "axum_clerk_rejections_total";

/// Counts lookups in caches. `result` is `hit` or `miss`.
///
/// `cache` is `tokens` (verified session tokens and JWTs), `user` or `organization` (resources),
/// `lookups` (opaque machine tokens and handshakes), or `shared` (the [shared
/// cache](crate::cache)).
pub const CACHE_LOOKUPS: &str = "axum_clerk_cache_lookups_total";

/// Counts HTTP requests to Clerk, each attempt on its own.
///
/// `operation` is the method and the path without IDs, such as `GET /users/{user_id}`. `status` is
/// that of the response, or `error` without one.
pub const CALLS: &str = "axum_clerk_calls_total";

/// The duration of HTTP requests to Clerk, in seconds.
pub const CALL_DURATION: &str = "axum_clerk_call_duration_seconds";

/// The time when the keys of the instance were last fetched, in seconds since the Unix epoch. Their
/// age is `time() - axum_clerk_jwks_fetched_timestamp_seconds`.
pub const JWKS_FETCHED_AT: &str = "axum_clerk_jwks_fetched_timestamp_seconds";

/// Counts revocations that this machine received, including those of other machines. `kind` is
/// `session` or `user`.
pub const REVOCATIONS: &str = "axum_clerk_revocations_total";

/// Registers the descriptions and units of all metrics with the installed recorder.
#[cfg(feature = "metrics")]
pub fn describe() {
    use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!(AUTHENTICATIONS, "Authenticated requests by status and reason");
    describe_counter!(REJECTIONS, "Rejected requests by reason");
    describe_counter!(CACHE_LOOKUPS, "Lookups in caches by result");
    describe_counter!(CALLS, "HTTP requests to Clerk by operation and status");
    describe_histogram!(CALL_DURATION, Unit::Seconds, "Duration of HTTP requests to Clerk");
    describe_gauge!(JWKS_FETCHED_AT, Unit::Seconds, "Time of the last fetch of the keys");
    describe_counter!(REVOCATIONS, "Revocations of sessions and users");
}

pub(crate) fn authentication(status: &'static str, reason: &'static str) {
    // Most requests are signed in. The labels of a literal need no allocation.
    #[cfg(feature = "metrics")]
    if status == "signed-in" && reason.is_empty() {
        ::metrics::counter!(AUTHENTICATIONS, "status" => "signed-in", "reason" => "").increment(1);
        return;
    }
    increment(AUTHENTICATIONS, [("status", status), ("reason", reason)]);
}

pub(crate) fn rejection(reason: &'static str) {
    increment(REJECTIONS, [("reason", reason)]);
}

pub(crate) fn cache_lookup(cache: &'static str, is_hit: bool) {
    let result = if is_hit { "hit" } else { "miss" };
    increment(CACHE_LOOKUPS, [("cache", cache), ("result", result)]);
}

/// Counts a hit of the cache of verified tokens, which most requests are.
pub(crate) fn token_cache_hit() {
    #[cfg(feature = "metrics")]
    ::metrics::counter!(CACHE_LOOKUPS, "cache" => "tokens", "result" => "hit").increment(1);
}

pub(crate) fn revocation(kind: &'static str) {
    increment(REVOCATIONS, [("kind", kind)]);
}

#[cfg(feature = "metrics")]
fn increment<const N: usize>(name: &'static str, labels: [(&'static str, &'static str); N]) {
    ::metrics::counter!(name, &labels).increment(1);
}

#[cfg(not(feature = "metrics"))]
fn increment<const N: usize>(_: &'static str, _: [(&'static str, &'static str); N]) {}

/// Records the time of a fetch of the keys, in Unix milliseconds.
#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "not recorded"))]
pub(crate) fn jwks_fetched(at: i64) {
    #[cfg(feature = "metrics")]
    ::metrics::gauge!(JWKS_FETCHED_AT).set(at as f64 / 1000.0);
}

/// Measures a call to Clerk.
pub(crate) struct CallTimer {
    #[cfg(feature = "metrics")]
    started: std::time::Instant,
}

impl CallTimer {
    pub(crate) fn start() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            started: std::time::Instant::now(),
        }
    }

    /// Records the duration, and the status of the response if one was received.
    #[cfg_attr(
        not(feature = "metrics"),
        expect(unused_variables, clippy::unused_self, reason = "not recorded")
    )]
    pub(crate) fn stop(&self, operation: &str, status: Option<http::StatusCode>) {
        #[cfg(feature = "metrics")]
        {
            let status =
                status.map_or_else(|| "error".into(), |status| status.as_u16().to_string());
            let operation = operation.to_owned();
            ::metrics::histogram!(CALL_DURATION, "operation" => operation.clone())
                .record(self.started.elapsed());
            ::metrics::counter!(CALLS, "operation" => operation, "status" => status).increment(1);
        }
    }
}
