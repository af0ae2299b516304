//! Several machines that share a cache: in memory, in Redis and in a Redis cluster. The machines are
//! [`Clerk`](axum_clerk::Clerk) handles in one process, and Redis is a real server.
//!
//! Tests that need Redis are skipped if `redis-server` is not installed; with `CI=true` they fail.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod contract;
mod fleet;
mod outages;
mod redis_server;
mod revocation;
mod scaling;
mod support;
mod trust;
mod webhooks;
