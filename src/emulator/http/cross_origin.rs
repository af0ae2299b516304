//! Cross-origin resource sharing (CORS).

use http::{
    HeaderName,
    header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Any, CorsLayer};

/// Lets the scripts of apps call the Frontend API with cookies, at any origin, as in a development
/// instance.
pub(in crate::emulator) fn allow_apps() -> CorsLayer {
    let dev_browser = HeaderName::from_static("clerk-db-jwt");
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
        .expose_headers([AUTHORIZATION, RETRY_AFTER, dev_browser])
}

/// Lets scripts of any origin call endpoints that do not use cookies.
pub(in crate::emulator) fn allow_any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([WWW_AUTHENTICATE])
}
