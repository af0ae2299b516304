//! Clerk's cookies.

use std::borrow::Cow;

use http::header;
use percent_encoding::percent_decode;
use serde_json::Value;

use super::super::request::RequestHead;
use crate::{
    config::{ClerkConfig, InstanceType},
    token::{InspectedToken, Payload},
};

/// The cookies that authenticating a request may use. Empty cookies are ignored.
#[derive(Default)]
pub(super) struct ClerkCookies<'a> {
    pub(super) session: Suffixable<'a>,
    pub(super) client_uat: Suffixable<'a>,
    pub(super) dev_browser: Suffixable<'a>,
    /// Only exists with a suffix.
    pub(super) refresh: Option<CookieValue<'a>>,
    pub(super) handshake: Option<CookieValue<'a>>,
    pub(super) handshake_nonce: Option<CookieValue<'a>>,
    pub(super) redirect_count: Option<CookieValue<'a>>,
}

/// A cookie that may be set as `NAME` and as `NAME_SUFFIX`, so that several applications can share
/// a domain.
#[derive(Default)]
pub(super) struct Suffixable<'a> {
    pub(super) plain: Option<CookieValue<'a>>,
    pub(super) suffixed: Option<CookieValue<'a>>,
}

impl<'a> Suffixable<'a> {
    pub(super) fn get(&self, suffixed: bool) -> Option<&CookieValue<'a>> {
        if suffixed { self.suffixed.as_ref() } else { self.plain.as_ref() }
    }
}

/// The decoded value of a cookie, which is UTF-8. Kept as bytes, because a `str` would have to be
/// validated again, which is slow for a token.
pub(super) struct CookieValue<'a>(Cow<'a, [u8]>);

impl<'a> CookieValue<'a> {
    /// Percent-decodes a value. Returns it unchanged if it does not decode to UTF-8.
    fn decode(value: &'a [u8]) -> Self {
        if memchr::memchr(b'%', value).is_some()
            && let Ok(decoded) = percent_decode(value).decode_utf8()
        {
            return Self(Cow::Owned(decoded.into_owned().into_bytes()));
        }
        Self(Cow::Borrowed(value))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<'a> ClerkCookies<'a> {
    /// Parses the cookies. The raw header is split before the values are decoded, so that an
    /// encoded `;` does not start another cookie.
    pub(super) fn parse(head: RequestHead<'a>, suffix: &str) -> Self {
        let mut cookies = Self::default();
        for header in head.headers.get_all(header::COOKIE) {
            for pair in split(header.as_bytes()) {
                let Some((name, value)) = name_and_value(pair) else { continue };
                // The first cookie of a name wins.
                if let Some(slot @ None) = cookies.slot(name, suffix.as_bytes())
                    && is_utf8(value)
                {
                    *slot = Some(CookieValue::decode(value));
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
                .is_some_and(|(name, _)| Self::default().slot(name, suffix.as_bytes()).is_some())
        };
        let cookies = split(header).filter(is_clerk_cookie);
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
            let claims = session.payload();
            match claims.and_then(Payload::issuer) {
                Some("") => return false,
                Some(issuer) if Some(without_scheme(issuer)) != config.issuer() => return true,
                Some(_) => {}
                None => {
                    let issuer = claims.and_then(|claims| claims.get("iss"));
                    return !matches!(issuer, None | Some(Value::Null | Value::Bool(false)));
                }
            }
        }
        let (plain_uat, suffixed_uat) = (self.client_uat.get(false), self.client_uat.get(true));
        if suffixed_uat.is_none() && suffixed.is_none() {
            return false;
        }
        let issued_at = |session: Option<&InspectedToken<'_>>| {
            session.and_then(InspectedToken::issued_at).unwrap_or(0.0)
        };
        let is_out = |uat: Option<&CookieValue<'_>>| uat.is_some_and(|uat| uat.as_bytes() == b"0");
        let (plain_is_out, suffixed_is_out) = (is_out(plain_uat), is_out(suffixed_uat));
        if !suffixed_is_out && !plain_is_out && issued_at(plain) > issued_at(suffixed) {
            return false;
        }
        if suffixed_is_out && !plain_is_out {
            return false;
        }
        let in_production = config.instance_type() == Some(InstanceType::Production);
        if !in_production && !suffixed_is_out && plain_is_out {
            let now = (config.clock().unix_millis() / 1000) as f64;
            if suffixed.and_then(InspectedToken::expires_at).is_some_and(|expires| expires <= now) {
                return false;
            }
        }
        suffixed_uat.is_some() || suffixed.is_none()
    }

    fn slot(&mut self, name: &[u8], suffix: &[u8]) -> Option<&mut Option<CookieValue<'a>>> {
        let name = name.strip_prefix(b"__")?;
        let (base, suffixed) =
            match name.strip_suffix(suffix).and_then(|name| name.strip_suffix(b"_")) {
                Some(base) if !suffix.is_empty() => (base, true),
                _ => (name, false),
            };
        Some(match (base, suffixed) {
            (b"session", false) => &mut self.session.plain,
            (b"session", true) => &mut self.session.suffixed,
            (b"client_uat", false) => &mut self.client_uat.plain,
            (b"client_uat", true) => &mut self.client_uat.suffixed,
            (b"clerk_db_jwt", false) => &mut self.dev_browser.plain,
            (b"clerk_db_jwt", true) => &mut self.dev_browser.suffixed,
            (b"refresh", true) => &mut self.refresh,
            (b"clerk_handshake", false) => &mut self.handshake,
            (b"clerk_handshake_nonce", false) => &mut self.handshake_nonce,
            (b"clerk_redirect_count", false) => &mut self.redirect_count,
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
            slot.take_if(|value| value.as_bytes().is_empty());
        }
    }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}

/// Splits a cookie into its name and its value, without the white space of RFC 6265 around them.
/// Returns `None` for cookies that cannot be Clerk's.
fn name_and_value(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let pair = trim(pair);
    if !pair.starts_with(b"__") {
        return None;
    }
    let end = memchr::memchr(b'=', pair)?;
    Some((trim(&pair[..end]), trim(&pair[end + 1..])))
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

fn is_utf8(bytes: &[u8]) -> bool {
    // Much faster, and true for all valid cookies.
    bytes.is_ascii() || std::str::from_utf8(bytes).is_ok()
}

/// Splits a `Cookie` header at the semicolons.
fn split(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b';', header).chain([header.len()]).map(move |end| {
        let pair = &header[start..end];
        start = end + 1;
        pair
    })
}

/// Parses the leading integer of a `__client_uat` cookie: the time of the last sign-in or sign-out
/// in Unix seconds. Returns 0 if there is none.
pub(super) fn client_uat(cookie: &CookieValue<'_>) -> i64 {
    let text = match cookie.as_bytes() {
        text @ [b'0'..=b'9', ..] => text,
        _ => cookie.as_str().trim_start().as_bytes(),
    };
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let digits = digits.iter().map_while(|byte| char::from(*byte).to_digit(10));
    let number = digits
        .map(i64::from)
        .try_fold(0_i64, |number, digit| number.checked_mul(10)?.checked_add(digit));
    let number = number.unwrap_or(0);
    if is_negative { -number } else { number }
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

    fn text<'a>(value: Option<&'a CookieValue<'_>>) -> Option<&'a str> {
        value.map(CookieValue::as_str)
    }

    #[test]
    fn suffixed_and_plain_cookies_are_distinguished() {
        with(
            &[b"__session=a; __session_abcd1234=b;__refresh=c ; __refresh_abcd1234 = d; __session_other=e"],
            |cookies| {
                assert_eq!((text(cookies.session.get(false)), text(cookies.session.get(true))), (Some("a"), Some("b")));
                assert_eq!(text(cookies.refresh.as_ref()), Some("d"));
            },
        );
    }

    #[test]
    fn first_cookie_wins_and_empty_cookies_are_ignored() {
        with(&[b"__session=a; __session=b", b"__client_uat=; __client_uat=1"], |cookies| {
            assert_eq!(text(cookies.session.get(false)), Some("a"));
            assert_eq!(text(cookies.client_uat.get(false)), None);
        });
    }

    #[test]
    fn encoded_delimiters_do_not_start_a_cookie() {
        with(&[b"theme=x%3B%20__session%3Devil; __clerk_db_jwt=a%3Bb%zz"], |cookies| {
            assert_eq!(text(cookies.session.get(false)), None);
            assert_eq!(text(cookies.dev_browser.get(false)), Some("a;b%zz"));
        });
    }

    #[test]
    fn invalid_bytes_do_not_hide_other_cookies() {
        with(&[b"caf\xe9=\xff; __session=a; =; ;;a"], |cookies| {
            assert_eq!(text(cookies.session.get(false)), Some("a"))
        });
    }

    #[test]
    fn cookies_that_are_not_utf8_are_ignored() {
        with(&[b"__session=\xff; __session=\xc3\xa9"], |cookies| {
            assert_eq!(text(cookies.session.get(false)), Some("\u{e9}"));
        });
    }

    #[test]
    fn client_uat_is_the_leading_integer() {
        for (cookie, uat) in [
            ("0", 0),
            ("1700000000", 1_700_000_000),
            (" 12abc", 12),
            ("-5", -5),
            ("abc", 0),
            ("", 0),
            ("é", 0),
            ("99999999999999999999", 0),
        ] {
            assert_eq!(client_uat(&CookieValue::decode(cookie.as_bytes())), uat, "{cookie:?}");
        }
    }
}
