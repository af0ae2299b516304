//! # Scaling
//!
//! A machine only needs memory: it verifies session tokens with the keys of the instance, and
//! caches verified tokens. Several machines can work independently of each other. A [shared
//! cache](crate::cache) in Redis or Valkey saves calls to Clerk, and propagates
//! [revocations](super::security#revocation) to all machines:
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
//! Clerk limits the [rate of calls](https://clerk.com/docs/guides/how-clerk-works/system-limits) of
//! an instance. N machines make these calls in an hour. `tests/shared_cache/scaling.rs` verifies
//! the rows about keys and users, with three machines and a manual clock:
//!
//! | | Without a shared cache | With one |
//! |---|---|---|
//! | Session tokens | none | none |
//! | Keys of the instance, refreshed every 5 minutes | 12 × N | 12 |
//! | A user that handlers fetch continuously, cached for a minute | 60 × N | 60 |
//! | The same, cached for 12 hours and kept in sync by webhooks | 1 × N every 12 hours | 1 every 12 hours |
//! | An opaque machine token | 1 per request, or 1 × N per [lifetime] | 1 per request, or 1 per [lifetime] |
//! | An unknown machine token or handshake nonce, used continuously | 120 × N | 120 |
//!
//! Without a shared cache, a webhook reaches only one machine, so the others should not cache users
//! for long.
//!
//! These are the calls in an hour with a million active users, if handlers fetch the user at every
//! request and requests are spread evenly over the machines:
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
//! ([`resource_cache_capacity`](crate::ClerkConfigBuilder::resource_cache_capacity)). The shared
//! cache needs a few hundred bytes per resource in addition to its JSON, and deletes all entries
//! when they expire. Evicted entries cost calls to Clerk, but evicted revocations are unknown to
//! machines that start later. So provide enough memory, and configure an eviction policy, because a
//! full cache that rejects writes counts as unavailable.
//!
//! # Operating the shared cache
//!
//! Each operation takes at most 50 milliseconds
//! ([`shared_cache_timeout`](crate::ClerkConfigBuilder::shared_cache_timeout)). If an operation
//! fails, the machine logs a warning, does not use the cache for a second, and relies on its memory
//! and on Clerk. It logs a message when the cache is available again. Session tokens are verified
//! without it.
//!
//! [`Clerk::cache_stats`](crate::Clerk::cache_stats) returns the numbers of hits, misses and failures.
//!
//! A single server, a cluster or a Sentinel deployment can be used, with Redis 7 or later, or
//! Valkey. Set `CLERK_REDIS_URL` to the URL, or to the URLs of several nodes of a cluster. All
//! machines must have the same secret key, because it encrypts the values. When you rotate it, the
//! machines with the new key start with an empty cache, and do not receive the revocations of those
//! with the old one.
//!
//! [lifetime]: crate::ClerkConfigBuilder::machine_token_cache_lifetime
