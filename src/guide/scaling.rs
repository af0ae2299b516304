//! # Scaling
//!
//! A machine needs nothing but memory: it verifies session tokens with the keys of the instance, and
//! caches what it verified. Several machines need nothing else either. A [shared cache](crate::cache)
//! in Redis or Valkey saves calls to Clerk, and carries [revocations](super::security#revocation) to
//! all machines:
//!
//! ```no_run
//! # #[cfg(all(feature = "redis", feature = "webhooks", feature = "axum"))]
//! # fn app() -> Result<axum::Router, axum_clerk::ConfigError> {
//! use std::time::Duration;
//!
//! use axum::Router;
//! use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, webhooks};
//!
//! // CLERK_REDIS_URL=rediss://cache.example.com
//! let config = ClerkConfig::builder()
//!     .env()
//!     .resource_cache_lifetime(Duration::from_secs(12 * 60 * 60))
//!     .build()?;
//! let clerk = Clerk::new(config);
//! let app = Router::new()
//!     .route("/webhooks", webhooks::keep_in_sync(&clerk))
//!     .layer(ClerkLayer::new(clerk));
//! # Ok(app) }
//! ```
//!
//! The example `fleet` shows four processes that share Redis:
//!
//! ```sh
//! cargo run --release --example fleet --features emulator,redis,webhooks
//! ```
//!
//! # Calls to Clerk
//!
//! Clerk limits the [rate of calls](https://clerk.com/docs/guides/how-clerk-works/system-limits) of an
//! instance. With N machines, an hour causes these. `tests/shared_cache/scaling.rs` counts the first
//! rows, with three machines and a clock that is moved on:
//!
//! | | Without a shared cache | With one |
//! |---|---|---|
//! | Session tokens | none | none |
//! | Keys of the instance, refreshed every 5 minutes | 12 × N | 12 |
//! | A user whom handlers fetch all the time, cached for a minute | 60 × N | 60 |
//! | The same, cached for 12 hours and kept in sync by webhooks | 1 × N every 12 hours | 1 every 12 hours |
//! | An opaque machine token | 1 per request, or 1 × N per [lifetime] | 1 per request, or 1 per [lifetime] |
//! | An unknown machine token or handshake nonce, again and again | 120 × N | 120 |
//!
//! Without a shared cache, a webhook reaches only one machine, so that the others must not cache
//! users for long.
//!
//! A million users who are active throughout an hour, with handlers that fetch each of them at every
//! request, and requests that reach all machines alike:
//!
//! | Machines | Keys, without and with | Users for a minute, without and with | Users for 12 hours, with |
//! |---:|---:|---:|---:|
//! | 10 | 120 and 12 | 600 million and 60 million | 83,000 |
//! | 100 | 1,200 and 12 | 6 billion and 60 million | 83,000 |
//! | 1,000 | 12,000 and 12 | 60 billion and 60 million | 83,000 |
//!
//! The numbers of users are upper limits: a user who sends fewer than one request a minute to each
//! machine causes fewer calls. They show that an application of this size cannot fetch users for each
//! request, unless webhooks keep a shared cache in sync. What handlers usually need is in the
//! [claims of the session token](https://clerk.com/docs/guides/sessions/customize-session-tokens),
//! which cost no calls.
//!
//! # Memory
//!
//! A machine caches 100,000 verified tokens
//! ([`token_cache_capacity`](crate::ClerkConfigBuilder::token_cache_capacity)), at less than 2 KiB
//! each, and 10,000 users and as many organizations
//! ([`resource_cache_capacity`](crate::ClerkConfigBuilder::resource_cache_capacity)). The shared cache
//! holds a few hundred bytes more per resource than its JSON has, and deletes everything when it
//! expires. If it has to evict something sooner, calls to Clerk take its place; but evicted revocations
//! are unknown to machines that start later. So give it enough memory, and an eviction policy, since a
//! full cache that evicts nothing counts as unavailable.
//!
//! # Operating the shared cache
//!
//! Each operation takes at most 50 milliseconds
//! ([`shared_cache_timeout`](crate::ClerkConfigBuilder::shared_cache_timeout)). If it fails, the
//! cache is left alone for a second, a line is logged, and the machines go on with their memory and
//! with Clerk; a line is logged when it is available again. Session tokens are verified without it.
//!
//! [`Clerk::cache_stats`](crate::Clerk::cache_stats) returns the numbers of hits, misses and failures.
//!
//! A server, a cluster, or what Sentinel calls the primary server can be used, from Redis 7 on; Valkey
//! as well. Set `CLERK_REDIS_URL` to the URL, or to the URLs of several nodes of a cluster. All
//! machines must have the same secret key, because it encrypts the values. When you rotate it, the
//! machines with the new key start with an empty cache, and do not receive the revocations of those
//! with the old one.
//!
//! [lifetime]: crate::ClerkConfigBuilder::machine_token_cache_lifetime
