//! The headers that the proxy removes and adds.

use std::net::{IpAddr, SocketAddr};

use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use crate::authenticate::{X_FORWARDED_HOST, X_FORWARDED_PROTO};

const CLERK_PROXY_URL: HeaderName = HeaderName::from_static("clerk-proxy-url");
const CLERK_SECRET_KEY: HeaderName = HeaderName::from_static("clerk-secret-key");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Headers that only concern a single connection.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Headers in which a client could claim another address, and which servers in front may have set.
const CLIENT_ADDRESS: [HeaderName; 5] = [
    header::FORWARDED,
    X_FORWARDED_FOR,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("true-client-ip"),
];

/// The values that the proxy adds to a request.
pub(super) struct Added<'a> {
    pub(super) secret_key: &'a HeaderValue,
    /// The URL of the proxy as browsers see it.
    pub(super) proxy_url: HeaderValue,
    pub(super) public_origin: &'a Url,
    pub(super) client_address: Option<IpAddr>,
}

/// Turns the headers of a browser's request into those of the request to the Frontend API.
pub(super) fn forward_request(headers: &mut HeaderMap, added: Added<'_>) {
    remove_hop_by_hop(headers);
    // The HTTP client derives the host from the URL, and the server has responded to `Expect`.
    for name in [header::HOST, header::EXPECT].iter().chain(&CLIENT_ADDRESS) {
        headers.remove(name);
    }
    join_cookies(headers);
    headers.insert(CLERK_PROXY_URL, added.proxy_url);
    headers.insert(CLERK_SECRET_KEY, added.secret_key.clone());
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let origin = added.public_origin;
    for (name, value) in
        [(X_FORWARDED_HOST, origin.authority()), (X_FORWARDED_PROTO, origin.scheme())]
    {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let address = added.client_address.map(|address| HeaderValue::from_str(&address.to_string()));
    if let Some(Ok(address)) = address {
        headers.insert(X_FORWARDED_FOR, address);
    }
}

/// Removes the headers that only concern a single connection, and those that `Connection` names.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Joins `Cookie` headers, which HTTP/2 may split, into the single one that HTTP/1.1 allows.
fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(header::COOKIE).iter().nth(1).is_none() {
        return;
    }
    let cookies: Vec<_> = headers.get_all(header::COOKIE).iter().map(|v| v.as_bytes()).collect();
    if let Ok(mut cookies) = HeaderValue::from_bytes(&cookies.join(&b"; "[..])) {
        cookies.set_sensitive(true);
        headers.insert(header::COOKIE, cookies);
    }
}

/// Returns the client's address: the last one in the configured header, or else that of the
/// connection.
pub(super) fn client_address(
    headers: &HeaderMap,
    extensions: &Extensions,
    configured: Option<&HeaderName>,
) -> Option<IpAddr> {
    let in_header = || {
        let value = headers.get_all(configured?).iter().next_back()?.to_str().ok()?;
        let last = value.rsplit(',').next()?.trim();
        let with_port = || last.parse().map(|address: SocketAddr| address.ip());
        last.parse().or_else(|_| with_port()).ok()
    };
    let of_connection = || peer(extensions).map(|address| address.ip());
    // A socket for both versions of IP shows IPv4 addresses in IPv6.
    in_header().or_else(of_connection).map(|address| address.to_canonical())
}

fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    #[cfg(feature = "axum")]
    if let Some(info) = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>() {
        return Some(info.0);
    }
    extensions.get().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn headers_named_by_connection_are_removed() {
        let mut map = headers(&[
            ("connection", "keep-alive, X-Secret,, ,no header"),
            ("connection", "x-other"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("x-secret", "a"),
            ("x-other", "b"),
            ("x-kept", "c"),
            ("x-kept", "d"),
        ]);
        remove_hop_by_hop(&mut map);
        assert_eq!(map, headers(&[("x-kept", "c"), ("x-kept", "d")]));
    }

    #[test]
    fn split_cookies_are_joined() {
        for (cookies, expected) in [
            (&[][..], &[][..]),
            (&[("cookie", "a=1")], &[("cookie", "a=1")]),
            (
                &[("cookie", "a=1"), ("cookie", "b=2; c=3"), ("x", "y")],
                &[("cookie", "a=1; b=2; c=3"), ("x", "y")],
            ),
        ] {
            let mut map = headers(cookies);
            join_cookies(&mut map);
            assert_eq!(map, headers(expected));
        }
    }

    #[test]
    fn client_address_is_that_of_the_connection_or_header() {
        let mut extensions = Extensions::new();
        let ip = |text: &str| Some(text.parse::<IpAddr>().expect("an address"));
        let name = HeaderName::from_static("x-real-ip");
        let one = headers(&[("x-real-ip", "203.0.113.9"), ("x-forwarded-for", "192.0.2.1")]);
        let find = |headers: &HeaderMap, extensions: &Extensions, name| {
            client_address(headers, extensions, name)
        };
        assert_eq!(find(&one, &extensions, None), None, "no header is believed unasked");
        assert_eq!(find(&one, &extensions, Some(&name)), ip("203.0.113.9"));
        for (value, expected) in [
            ("192.0.2.1, 203.0.113.9", Some("203.0.113.9")),
            ("203.0.113.9:4711", Some("203.0.113.9")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("::ffff:203.0.113.9", Some("203.0.113.9")),
            ("203.0.113.9,", None),
            ("unknown", None),
            ("", None),
        ] {
            let found = find(&headers(&[("x-real-ip", value)]), &extensions, Some(&name));
            assert_eq!(found, expected.and_then(ip), "{value}");
        }
        let twice = headers(&[("x-real-ip", "192.0.2.1"), ("x-real-ip", "203.0.113.9")]);
        assert_eq!(find(&twice, &extensions, Some(&name)), ip("203.0.113.9"));

        extensions.insert(SocketAddr::from(([198, 51, 100, 7], 80)));
        assert_eq!(find(&one, &extensions, None), ip("198.51.100.7"));
        assert_eq!(find(&one, &extensions, Some(&name)), ip("203.0.113.9"));
        assert_eq!(find(&HeaderMap::new(), &extensions, Some(&name)), ip("198.51.100.7"));
        #[cfg(feature = "axum")]
        {
            let info = axum::extract::ConnectInfo(SocketAddr::from(([198, 51, 100, 8], 80)));
            extensions.insert(info);
            assert_eq!(find(&one, &extensions, None), ip("198.51.100.8"));
        }
    }
}
