//! The examples.

#[path = "../../examples/metrics.rs"]
pub(crate) mod metrics;
#[path = "../../examples/openapi_aide.rs"]
pub(crate) mod openapi_aide;
#[path = "../../examples/openapi_utoipa.rs"]
pub(crate) mod openapi_utoipa;
#[path = "../../examples/rate_limit.rs"]
pub(crate) mod rate_limit;
#[path = "../../examples/websocket.rs"]
pub(crate) mod websocket;
