//! The check that a caller belongs to the organization in the path.

use crate::authenticate::Principal;

/// The IDs of organizations start with this, and slugs cannot contain an underscore.
const ID_PREFIX: &str = "org_";

/// Returns the decoded value of a path parameter, or `None` if the route has no such parameter, or
/// if parameters of nested routers share the name and differ.
#[cfg(feature = "axum")]
pub(super) fn path_parameter(extensions: &mut http::Extensions, name: &str) -> Option<String> {
    use axum::extract::{FromRequestParts, RawPathParams};
    use futures_util::FutureExt;

    let (mut parts, ()) = http::Request::new(()).into_parts();
    std::mem::swap(&mut parts.extensions, extensions);
    // The router has matched the path already, so nothing is waited for.
    let parameters = RawPathParams::from_request_parts(&mut parts, &()).now_or_never();
    std::mem::swap(&mut parts.extensions, extensions);
    let parameters = parameters?.ok()?;
    let mut values = parameters.iter().filter(|(found, _)| *found == name).map(|(_, value)| value);
    let value = values.next()?;
    values.all(|other| other == value).then(|| value.to_owned())
}

#[cfg(not(feature = "axum"))]
pub(super) fn path_parameter(_: &mut http::Extensions, _: &str) -> Option<String> {
    None
}

/// Returns whether a caller belongs to the organization with an ID or a slug.
pub(super) fn is_in(caller: &Principal, id_or_slug: &str) -> bool {
    // A slug that looks like the ID of another organization must not pass for it.
    if id_or_slug.starts_with(ID_PREFIX) {
        return caller.organization_id() == Some(id_or_slug);
    }
    let active = caller.claims().and_then(|claims| claims.organization());
    !id_or_slug.is_empty() && active.and_then(|active| active.slug()) == Some(id_or_slug)
}
