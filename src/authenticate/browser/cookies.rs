//! Clerk's cookies.

use std::borrow::Cow;

use http::header;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::super::request::RequestHead;
use crate::{
    config::{ClerkConfig, InstanceType},
    token::InspectedToken,
};

/// The cookies that authenticating a request may use. Empty cookies are ignored.
#[derive(Default)]
pub(super) struct ClerkCookies<'a> {
    pub(super) session: Suffixable<'a>,
    pub(super) client_uat: Suffixable<'a>,
    pub(super) dev_browser: Suffixable<'a>,
    /// Only exists with a suffix.
    pub(super) refresh: Option<Cow<'a, str>>,
    pub(super) handshake: Option<Cow<'a, str>>,
    pub(super) handshake_nonce: Option<Cow<'a, str>>,
    pub(super) redirect_count: Option<Cow<'a, str>>,
}

/// A cookie that may be set as `NAME` and as `NAME_SUFFIX`, so that several applications can share
/// a domain.
#[derive(Default)]
pub(super) struct Suffixable<'a> {
    pub(super) plain: Option<Cow<'a, str>>,
    pub(super) suffixed: Option<Cow<'a, str>>,
}

impl Suffixable<'_> {
    pub(super) fn get(&self, suffixed: bool) -> Option<&str> {
        if suffixed { self.suffixed.as_deref() } else { self.plain.as_deref() }
    }
}

impl<'a> ClerkCookies<'a> {
    /// Parses the cookies. The raw header is split before the values are decoded, so that an
    /// encoded `;` does not start another cookie.
    pub(super) fn parse(head: RequestHead<'a>, suffix: &str) -> Self {
        let mut cookies = Self::default();
        for header in head.headers.get_all(header::COOKIE) {
            let mut rest = Some(header.as_bytes());
            while let Some(pairs) = rest {
                let (pair, after) = split_once(pairs, b';');
                rest = after;
                let Some((name, value)) = name_and_value(pair) else { continue };
                // The first cookie of a name wins.
                if let Some(slot @ None) = cookies.slot(name, suffix) {
                    *slot = Some(decode(value));
                }
            }
        }
        cookies.drop_empty();
        cookies
    }

    /// Returns a `Cookie` header with only Clerk's cookies.
    pub(super) fn filter(header: &[u8], suffix: &str) -> Vec<u8> {
        let is_clerk_cookie = |pair: &&[u8]| {
            name_and_value(pair)
                .is_some_and(|(name, _)| Self::default().slot(name, suffix).is_some())
        };
        let cookies = header.split(|&byte| byte == b';').filter(is_clerk_cookie);
        cookies.map(<[u8]>::trim_ascii).collect::<Vec<_>>().join(&b"; "[..])
    }

    /// Returns whether to use the suffixed cookies instead of the plain ones. Old and new versions
    /// of clerk-js may both have set theirs, and applications on one domain share the plain ones.
    pub(super) fn use_suffixed(
        &self,
        config: &ClerkConfig,
        plain: Option<&InspectedToken<'_>>,
        suffixed: Option<&InspectedToken<'_>>,
    ) -> bool {
        if let Some(session) = plain {
            match session.claim("iss") {
                None | Some(Value::Null | Value::Bool(false)) => return false,
                Some(Value::String(issuer)) if issuer.is_empty() => return false,
                Some(issuer) if issuer.as_str().map(without_scheme) != config.issuer() => {
                    return true;
                }
                Some(_) => {}
            }
        }
        let (plain_uat, suffixed_uat) = (self.client_uat.get(false), self.client_uat.get(true));
        if suffixed_uat.is_none() && suffixed.is_none() {
            return false;
        }
        let issued_at = |session: Option<&InspectedToken<'_>>| {
            session.and_then(|s| s.number("iat")).unwrap_or(0.0)
        };
        let (plain_is_out, suffixed_is_out) = (plain_uat == Some("0"), suffixed_uat == Some("0"));
        if !suffixed_is_out && !plain_is_out && issued_at(plain) > issued_at(suffixed) {
            return false;
        }
        if suffixed_is_out && !plain_is_out {
            return false;
        }
        let in_production = config.instance_type() == Some(InstanceType::Production);
        if !in_production && !suffixed_is_out && plain_is_out {
            let now = (config.clock().unix_millis() / 1000) as f64;
            if suffixed.and_then(|session| session.number("exp")).is_some_and(|exp| exp <= now) {
                return false;
            }
        }
        suffixed_uat.is_some() || suffixed.is_none()
    }

    fn slot(&mut self, name: &str, suffix: &str) -> Option<&mut Option<Cow<'a, str>>> {
        let name = name.strip_prefix("__")?;
        let (base, suffixed) =
            match name.strip_suffix(suffix).and_then(|name| name.strip_suffix('_')) {
                Some(base) if !suffix.is_empty() => (base, true),
                _ => (name, false),
            };
        Some(match (base, suffixed) {
            ("session", false) => &mut self.session.plain,
            ("session", true) => &mut self.session.suffixed,
            ("client_uat", false) => &mut self.client_uat.plain,
            ("client_uat", true) => &mut self.client_uat.suffixed,
            ("clerk_db_jwt", false) => &mut self.dev_browser.plain,
            ("clerk_db_jwt", true) => &mut self.dev_browser.suffixed,
            ("refresh", true) => &mut self.refresh,
            ("clerk_handshake", false) => &mut self.handshake,
            ("clerk_handshake_nonce", false) => &mut self.handshake_nonce,
            ("clerk_redirect_count", false) => &mut self.redirect_count,
            _ => return None,
        })
    }

    fn drop_empty(&mut self) {
        for slot in [
            &mut self.session.plain,
            &mut self.session.suffixed,
            &mut self.client_uat.plain,
            &mut self.client_uat.suffixed,
            &mut self.dev_browser.plain,
            &mut self.dev_browser.suffixed,
            &mut self.refresh,
            &mut self.handshake,
            &mut self.handshake_nonce,
            &mut self.redirect_count,
        ] {
            slot.take_if(|value| value.is_empty());
        }
    }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}

/// Splits a cookie into its name and its value, without the white space of RFC 6265 around them.
fn name_and_value(pair: &[u8]) -> Option<(&str, &str)> {
    const WHITE_SPACE: [char; 2] = [' ', '\t'];
    let (name, value) = std::str::from_utf8(pair).ok()?.split_once('=')?;
    Some((name.trim_matches(WHITE_SPACE), value.trim_matches(WHITE_SPACE)))
}

fn split_once(bytes: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(at, bytes) {
        Some(i) => (&bytes[..i], Some(&bytes[i + 1..])),
        None => (bytes, None),
    }
}

/// Percent-decodes a value. Values that do not decode to UTF-8 are returned unchanged.
fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    percent_decode_str(value).decode_utf8().unwrap_or(Cow::Borrowed(value))
}

/// Parses the leading integer of a `__client_uat` cookie: the time of the last sign-in or sign-out
/// in Unix seconds. Returns 0 if there is none.
pub(super) fn client_uat(cookie: Option<&str>) -> i64 {
    let Some(cookie) = cookie else { return 0 };
    let text = cookie.trim_start();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign_length = text.len() - unsigned.len();
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    text[..sign_length + digits].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn with<T>(headers: &[&[u8]], test: impl FnOnce(ClerkCookies<'_>) -> T) -> T {
        let mut request = Request::builder();
        for header in headers {
            request = request.header("cookie", *header);
        }
        let parts = request.body(()).expect("a request").into_parts().0;
        test(ClerkCookies::parse((&parts).into(), "abcd1234"))
    }

    #[test]
    fn suffixed_and_plain_cookies_are_distinguished() {
        with(
            &[b"__session=a; __session_abcd1234=b;__refresh=c ; __refresh_abcd1234 = d; __session_other=e"],
            |cookies| {
                assert_eq!((cookies.session.get(false), cookies.session.get(true)), (Some("a"), Some("b")));
                assert_eq!(cookies.refresh.as_deref(), Some("d"));
            },
        );
    }

    #[test]
    fn first_cookie_wins_and_empty_cookies_are_ignored() {
        with(&[b"__session=a; __session=b", b"__client_uat=; __client_uat=1"], |cookies| {
            assert_eq!(cookies.session.get(false), Some("a"));
            assert_eq!(cookies.client_uat.get(false), None);
        });
    }

    #[test]
    fn encoded_delimiters_do_not_start_a_cookie() {
        with(&[b"theme=x%3B%20__session%3Devil; __clerk_db_jwt=a%3Bb%zz"], |cookies| {
            assert_eq!(cookies.session.get(false), None);
            assert_eq!(cookies.dev_browser.get(false), Some("a;b%zz"));
        });
    }

    #[test]
    fn invalid_bytes_do_not_hide_other_cookies() {
        with(&[b"caf\xe9=\xff; __session=a; =; ;;a"], |cookies| {
            assert_eq!(cookies.session.get(false), Some("a"))
        });
    }

    #[test]
    fn client_uat_is_the_leading_integer() {
        for (cookie, uat) in [
            (None, 0),
            (Some("0"), 0),
            (Some("1700000000"), 1_700_000_000),
            (Some(" 12abc"), 12),
            (Some("-5"), -5),
            (Some("abc"), 0),
            (Some(""), 0),
            (Some("é"), 0),
            (Some("99999999999999999999"), 0),
        ] {
            assert_eq!(client_uat(cookie), uat, "{cookie:?}");
        }
    }
}
