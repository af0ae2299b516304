//! The rate limits of the Backend API.
//!
//! They are those of [Clerk's
//! documentation](https://clerk.com/docs/guides/how-clerk-works/system-limits). Each limit is counted
//! in windows that begin with a request.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::Method;

/// A second in milliseconds.
const SECOND: i64 = 1000;

/// An hour in milliseconds.
const HOUR: i64 = 60 * 60 * SECOND;

/// The requests so far, by limit.
pub(in crate::emulator) struct RateLimits {
    general: Limit,
    windows: Mutex<HashMap<String, Window>>,
}

/// A maximum number of requests per window. Times are in milliseconds.
#[derive(Clone, Copy)]
struct Limit {
    max: u32,
    window: i64,
}

/// A window and the number of requests in it.
struct Window {
    end: i64,
    requests: u32,
}

impl RateLimits {
    /// Creates the limits of a production instance.
    pub(in crate::emulator) fn production() -> Self {
        Self::with_general_limit(1000)
    }

    /// Creates the limits of a development instance.
    pub(in crate::emulator) fn development() -> Self {
        Self::with_general_limit(100)
    }

    fn with_general_limit(max: u32) -> Self {
        Self { general: Limit { max, window: 10 * SECOND }, windows: Mutex::default() }
    }

    /// Counts a request of the Backend API, unless it exceeds a limit. Returns the number of seconds
    /// until it would not exceed it any more.
    pub(in crate::emulator) fn check(
        &self,
        method: &Method,
        path: &str,
        now: i64,
    ) -> Result<(), i64> {
        let limits = self.limits(method, path);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Windows that begin later than now are left over from a clock that was ahead.
        windows.retain(|_, window| (now..=now + HOUR).contains(&(window.end - 1)));
        let exceeded = limits.iter().filter_map(|(name, limit)| {
            windows.get(name).filter(|window| window.requests >= limit.max)
        });
        if let Some(end) = exceeded.map(|window| window.end).max() {
            return Err((end - now + SECOND - 1) / SECOND);
        }
        for (name, limit) in limits {
            let new = Window { end: now + limit.window, requests: 0 };
            windows.entry(name).or_insert(new).requests += 1;
        }
        Ok(())
    }

    /// Returns the names of the limits that apply to a request, and the limits.
    fn limits(&self, method: &Method, path: &str) -> Vec<(String, Limit)> {
        let path = path.strip_prefix("/v1").unwrap_or(path);
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let hourly = |max| Limit { max, window: HOUR };
        let (name, special) = match (method, &segments[..]) {
            (&Method::GET, ["jwks"]) => return Vec::new(),
            (&Method::POST, ["invitations"]) => ("invitations", hourly(100)),
            (&Method::POST, ["invitations", "bulk"]) => ("invitations/bulk", hourly(25)),
            (&Method::POST, ["organizations", _, "invitations"]) => {
                ("organizations/invitations", hourly(250))
            }
            (&Method::POST, ["organizations", _, "invitations", "bulk"]) => {
                ("organizations/invitations/bulk", hourly(50))
            }
            (&Method::PATCH, ["users", id])
            | (&Method::PATCH | &Method::PUT, ["users", id, "metadata"]) => {
                (*id, Limit { max: 10, window: 10 * SECOND })
            }
            _ => return vec![(String::new(), self.general)],
        };
        vec![(String::new(), self.general), (name.to_owned(), special)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends requests until one is rejected. Returns how many were accepted, and the number of
    /// seconds to wait.
    fn exhaust(limits: &RateLimits, method: &Method, path: &str, now: i64) -> (u32, i64) {
        let mut accepted = 0;
        loop {
            match limits.check(method, path, now) {
                Ok(()) => accepted += 1,
                Err(seconds) => return (accepted, seconds),
            }
            assert!(accepted < 10_000, "{path} has no limit");
        }
    }

    #[test]
    fn requests_have_a_general_limit_per_window() {
        let limits = RateLimits::development();
        assert_eq!(exhaust(&limits, &Method::GET, "/v1/users", 0), (100, 10));
        assert_eq!(limits.check(&Method::GET, "/v1/sessions", 9_001), Err(1));
        for _ in 0..2000 {
            assert_eq!(limits.check(&Method::GET, "/v1/jwks", 0), Ok(()));
        }
        assert_eq!(exhaust(&limits, &Method::GET, "/v1/users", 10_000), (100, 10));
        let production = RateLimits::production();
        assert_eq!(exhaust(&production, &Method::POST, "/v1/users", 0), (1000, 10));
    }

    #[test]
    fn some_operations_have_limits_of_their_own() {
        for (method, path, expected) in [
            (Method::POST, "/v1/invitations", (100, 3600)),
            (Method::POST, "/v1/invitations/bulk", (25, 3600)),
            (Method::POST, "/v1/organizations/org_1/invitations", (250, 3600)),
            (Method::POST, "/v1/organizations/org_1/invitations/bulk", (50, 3600)),
            (Method::PATCH, "/v1/users/user_1", (10, 10)),
            (Method::PUT, "/v1/users/user_1/metadata", (10, 10)),
        ] {
            let limits = RateLimits::production();
            assert_eq!(exhaust(&limits, &method, path, 0), expected, "{path}");
            assert_eq!(limits.check(&Method::GET, "/v1/users", 0), Ok(()));
            assert_eq!(limits.check(&Method::PATCH, "/v1/users/user_2", 0), Ok(()));
        }
    }

    #[test]
    fn windows_of_a_clock_that_was_ahead_are_forgotten() {
        let limits = RateLimits::development();
        exhaust(&limits, &Method::GET, "/v1/users", 10 * HOUR);
        assert_eq!(limits.check(&Method::GET, "/v1/users", 0), Ok(()));
    }
}
