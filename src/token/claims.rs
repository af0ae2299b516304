//! The claims of a session token.

use std::{convert::Infallible, fmt, str::FromStr, sync::OnceLock};

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use super::payload::Payload;
use crate::timestamp::Timestamp;

/// The verified [claims of a session token](https://clerk.com/docs/guides/sessions/session-tokens),
/// version 1 or 2.
///
/// Clerk's own claims have a method each; [`get`](Self::get) and
/// [`custom_claims`](Self::custom_claims) read any other.
#[derive(Clone, Debug)]
pub struct SessionClaims {
    payload: Payload,
    /// Parsed at first use, because unpacking the permissions is comparatively slow.
    parsed: OnceLock<Box<ParsedClaims>>,
}

/// The claims that authorization depends on.
#[derive(Clone, Debug)]
struct ParsedClaims {
    organization: Option<ActiveOrganization>,
    factor_ages: Option<FactorAges>,
}

impl SessionClaims {
    pub(super) fn new(payload: Payload) -> Self {
        Self { payload, parsed: OnceLock::new() }
    }

    #[cfg(test)]
    pub(crate) fn from_json(claims: &Value) -> Self {
        Self::new(Payload::parse(claims.to_string()).expect("an object"))
    }

    pub(crate) fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The user's ID (`sub`).
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.payload.subject().unwrap_or_default()
    }

    /// The session's ID (`sid`). Tokens created from a JWT template have none.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.payload.session_id()
    }

    /// The session's status (`sts`), if the token carries one.
    #[must_use]
    pub fn session_status(&self) -> Option<StatusClaim> {
        self.payload.status().map(StatusClaim::from)
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.payload.status() == Some("pending")
    }

    /// The URL of the Frontend API that issued the token (`iss`).
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.payload.issuer()
    }

    /// The origin that the token was issued to (`azp`).
    #[must_use]
    pub fn authorized_party(&self) -> Option<&str> {
        self.payload.authorized_party()
    }

    /// The time when the token was issued (`iat`).
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.payload.issued.number().map(numeric_date)
    }

    /// The time when the token expires (`exp`).
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.payload.expires.number().map(numeric_date)
    }

    /// The actor (`act`), if the user is being
    /// [impersonated](https://clerk.com/docs/guides/users/impersonation).
    #[must_use]
    pub fn actor(&self) -> Option<&Value> {
        self.payload.actor().filter(|actor| !actor.is_null())
    }

    /// The age of each factor's last verification (`fva`); `None` if the claim is missing or
    /// malformed.
    #[must_use]
    pub fn factor_ages(&self) -> Option<FactorAges> {
        self.parsed().factor_ages
    }

    /// The session's active organization.
    #[must_use]
    pub fn organization(&self) -> Option<&ActiveOrganization> {
        self.parsed().organization.as_ref()
    }

    fn parsed(&self) -> &ParsedClaims {
        self.parsed.get_or_init(|| Box::new(ParsedClaims::parse(self.payload.json())))
    }

    /// Returns a claim by name. The first call parses all claims, which are then kept as long as
    /// the token.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.payload.get(name)
    }

    /// Deserializes all claims into a type of your own.
    ///
    /// # Errors
    ///
    /// If the claims do not fit the type.
    pub fn custom_claims<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        self.payload.with_all(|all| T::deserialize(all))
    }
}

impl PartialEq for SessionClaims {
    fn eq(&self, other: &Self) -> bool {
        self.payload.with_all(|all| other.payload.with_all(|others| all == others))
    }
}

/// As in the token.
impl Serialize for SessionClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.payload.with_all(|all| all.serialize(serializer))
    }
}

/// Parses a `NumericDate` (RFC 7519, section 2): seconds since the Unix epoch.
pub(crate) fn numeric_date(seconds: f64) -> Timestamp {
    // The cast saturates, as intended.
    Timestamp::from_millis((seconds * 1000.0) as i64)
}

/// The status of a session, as the `sts` claim of its token states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum StatusClaim {
    /// The user is signed in.
    Active,
    /// The user has to complete a
    /// [session task](https://clerk.com/docs/guides/configure/session-tasks) first.
    Pending,
    /// A status unknown to this version of the crate.
    Other(String),
}

impl StatusClaim {
    /// Returns the status as Clerk spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Other(other) => other,
        }
    }
}

impl From<&str> for StatusClaim {
    fn from(status: &str) -> Self {
        match status {
            "active" => Self::Active,
            "pending" => Self::Pending,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for StatusClaim {
    fn from(status: String) -> Self {
        Self::from(&*status)
    }
}

impl From<StatusClaim> for String {
    fn from(status: StatusClaim) -> Self {
        status.as_str().to_owned()
    }
}

impl FromStr for StatusClaim {
    type Err = Infallible;

    fn from_str(status: &str) -> Result<Self, Infallible> {
        Ok(Self::from(status))
    }
}

impl fmt::Display for StatusClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The minutes since each factor was last verified. Serialized as in the `fva` claim: a pair of
/// numbers in which `-1` stands for a factor that is not enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct FactorAges {
    /// Minutes since the first factor was verified; `None` if it is not enrolled.
    pub first: Option<f64>,
    /// Minutes since the second factor was verified; `None` if it is not enrolled.
    pub second: Option<f64>,
}

impl TryFrom<[f64; 2]> for FactorAges {
    type Error = &'static str;

    fn try_from([first, second]: [f64; 2]) -> Result<Self, Self::Error> {
        let age = |minutes: f64| {
            if minutes == -1.0 {
                Ok(None)
            } else if minutes >= 0.0 {
                Ok(Some(minutes))
            } else {
                Err("the age of a factor must be -1 or not negative")
            }
        };
        Ok(Self { first: age(first)?, second: age(second)? })
    }
}

impl From<FactorAges> for [f64; 2] {
    fn from(ages: FactorAges) -> Self {
        [ages.first.unwrap_or(-1.0), ages.second.unwrap_or(-1.0)]
    }
}

/// The organization that is active in a session, and the user's role and permissions in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ActiveOrganization {
    id: String,
    slug: Option<String>,
    role: Option<String>,
    permissions: Option<Vec<String>>,
}

impl ActiveOrganization {
    /// The organization's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The organization's slug.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.slug.as_deref()
    }

    /// The user's role, such as `org:admin`.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// The user's permissions, such as `org:billing:read`; `None` if the token does not list them.
    #[must_use]
    pub fn permissions(&self) -> Option<&[String]> {
        self.permissions.as_deref()
    }

    fn from_version_1(claims: &UnparsedClaims<'_>) -> Option<Self> {
        let permissions = claims.org_permissions.and_then(parse::<Vec<Value>>);
        Some(Self {
            id: text(claims.org_id)?,
            slug: text(claims.org_slug),
            role: text(claims.org_role),
            permissions: permissions
                .map(|list| list.iter().filter_map(|p| p.as_str().map(str::to_owned)).collect()),
        })
    }

    fn from_version_2(claims: &UnparsedClaims<'_>) -> Option<Self> {
        let organization: UnparsedOrganization<'_> = parse(claims.o?)?;
        let part = |part| text(part).unwrap_or_default();
        let (features, names, bits) =
            (part(claims.fea), part(organization.per), part(organization.fpm));
        Some(Self {
            id: text(organization.id)?,
            slug: text(organization.slg),
            role: text(organization.rol).map(|role| format!("org:{role}")),
            permissions: Some(permissions(&features, &names, &bits)),
        })
    }
}

/// The claims that [`ParsedClaims`] is made of, of any type.
#[derive(Default, Deserialize)]
struct UnparsedClaims<'a> {
    #[serde(borrow)]
    v: Option<&'a RawValue>,
    o: Option<&'a RawValue>,
    fea: Option<&'a RawValue>,
    org_id: Option<&'a RawValue>,
    org_slug: Option<&'a RawValue>,
    org_role: Option<&'a RawValue>,
    org_permissions: Option<&'a RawValue>,
    fva: Option<&'a RawValue>,
}

/// The claim `o` of version 2.
#[derive(Deserialize)]
struct UnparsedOrganization<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    slg: Option<&'a RawValue>,
    rol: Option<&'a RawValue>,
    per: Option<&'a RawValue>,
    fpm: Option<&'a RawValue>,
}

impl ParsedClaims {
    fn parse(json: &str) -> Self {
        let claims: UnparsedClaims<'_> = serde_json::from_str(json).unwrap_or_default();
        let organization = if claims.v.and_then(parse::<f64>) == Some(2.0) {
            ActiveOrganization::from_version_2(&claims)
        } else {
            ActiveOrganization::from_version_1(&claims)
        };
        Self { organization, factor_ages: claims.fva.and_then(parse) }
    }
}

/// Parses a claim. Returns `None` if it has another type.
fn parse<'a, T: Deserialize<'a>>(claim: &'a RawValue) -> Option<T> {
    serde_json::from_str(claim.get()).ok()
}

/// Returns a claim that is a string and not empty.
fn text(claim: Option<&RawValue>) -> Option<String> {
    claim.and_then(parse).filter(|text: &String| !text.is_empty())
}

/// Unpacks the permissions of a version 2 token. The n-th organization feature in `fea` grants the
/// permissions in `per` whose bits are set in the n-th number in `fpm`.
fn permissions(fea: &str, per: &str, fpm: &str) -> Vec<String> {
    if per.is_empty() || fpm.is_empty() {
        return Vec::new();
    }
    let names: Vec<_> = per.split(',').map(str::trim).collect();
    let Some(entries) =
        fea.split(',').map(|entry| entry.trim().split_once(':')).collect::<Option<Vec<_>>>()
    else {
        return Vec::new();
    };
    let features = entries
        .iter()
        .filter(|(scope, _)| matches!(*scope, "o" | "ou" | "uo"))
        .map(|(_, feature)| feature);
    let mut permissions = Vec::new();
    for (feature, number) in features.zip(fpm.split(',')) {
        for (name, granted) in names.iter().zip(bits(number.trim(), names.len())) {
            if granted {
                permissions.push(format!("org:{feature}:{name}"));
            }
        }
    }
    permissions
}

/// Returns the `count` lowest bits of a decimal number of any length, least significant first.
/// Returns no bits if the text is not a number.
fn bits(decimal: &str, count: usize) -> Vec<bool> {
    if decimal.is_empty() || !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    if let Ok(number) = decimal.parse::<u64>() {
        return (0..count).map(|bit| bit < 64 && number >> bit & 1 == 1).collect();
    }
    let mut digits: Vec<u8> = decimal.bytes().map(|byte| byte - b'0').collect();
    let mut halve = || {
        digits.iter_mut().fold(0, |carry, digit| {
            let value = carry * 10 + *digit;
            *digit = value / 2;
            value % 2
        })
    };
    (0..count).map(|_| halve() == 1).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: &Value) -> SessionClaims {
        SessionClaims::from_json(value)
    }

    fn unpacked(fea: &str, per: &str, fpm: &str) -> Vec<String> {
        let claims =
            claims(&json!({ "v": 2, "fea": fea, "o": { "id": "org_1", "per": per, "fpm": fpm } }));
        claims
            .organization()
            .and_then(ActiveOrganization::permissions)
            .expect("permissions")
            .to_vec()
    }

    #[test]
    fn version_2_permissions_are_unpacked_from_bits() {
        assert_eq!(
            unpacked("o:dashboard,u:export,uo:teams", "read,manage", "3,2"),
            ["org:dashboard:read", "org:dashboard:manage", "org:teams:manage"]
        );
        assert_eq!(unpacked("o:a,o:b", "read", "0,1"), ["org:b:read"]);
        assert_eq!(unpacked("o:a,o:b", "read", "1"), ["org:a:read"]);
        assert_eq!(unpacked("o:a", "read", "1,1"), ["org:a:read"]);
    }

    #[test]
    fn malformed_permission_numbers_grant_nothing() {
        for fpm in ["", "x", "-1", "1.0", "+1", "0x1", " "] {
            assert!(unpacked("o:a", "read", fpm).is_empty(), "{fpm:?}");
        }
        assert_eq!(unpacked("o:a,o:b", "read", "x,1"), ["org:b:read"]);
        assert!(unpacked("", "read", "1").is_empty() && unpacked("u:a", "read", "1").is_empty());
        assert!(unpacked("o:a", "", "1").is_empty() && unpacked("o:a,b", "read", "1").is_empty());
    }

    #[test]
    fn permission_numbers_may_exceed_64_bits() {
        let per = (0..130).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        // 2^129 + 2^64 + 1
        let set = "680564733841876926945195958937245974529";
        assert_eq!(unpacked("o:a", &per, set), ["org:a:0", "org:a:64", "org:a:129"]);
    }

    #[test]
    fn version_1_claims_yield_the_organization() {
        let claims = claims(&json!({
            "sub": "user_1", "org_id": "org_1", "org_slug": "acme", "org_role": "org:admin", "org_permissions": ["org:a:read"],
        }));
        let organization = claims.organization().expect("an organization");
        assert_eq!(
            (organization.id(), organization.slug(), organization.role()),
            ("org_1", Some("acme"), Some("org:admin"))
        );
        assert_eq!(organization.permissions().expect("permissions"), ["org:a:read"]);
    }

    #[test]
    fn ill_typed_claims_count_as_absent() {
        let claims = claims(
            &json!({ "v": 2, "sub": 1, "sid": {}, "sts": 1, "o": { "id": 1 }, "fva": ["1", 2] }),
        );
        assert_eq!((claims.user_id(), claims.session_id()), ("", None));
        assert_eq!(
            (claims.session_status(), claims.organization(), claims.factor_ages()),
            (None, None, None)
        );
    }

    #[test]
    fn custom_claims_are_available_by_name_and_type() {
        #[derive(serde::Deserialize)]
        struct Custom {
            tier: String,
        }
        let claims = claims(&json!({ "sub": "user_1", "tier": "gold" }));
        assert_eq!(claims.get("tier"), Some(&json!("gold")));
        assert_eq!(claims.custom_claims::<Custom>().expect("claims").tier, "gold");
    }

    #[test]
    fn text_and_data_claims_round_trip_through_serde() {
        let ages: FactorAges = serde_json::from_str("[3,-1]").expect("factor ages");
        assert_eq!(ages, FactorAges { first: Some(3.0), second: None });
        assert_eq!(serde_json::to_string(&ages).expect("JSON"), "[3.0,-1.0]");
        for invalid in ["[3]", "[1,2,3]", "[-2,1]", "[\"3\",1]", "[null,1]", "null"] {
            assert!(serde_json::from_str::<FactorAges>(invalid).is_err(), "{invalid}");
        }
        for status in [StatusClaim::Active, StatusClaim::Pending, StatusClaim::Other("new".into())]
        {
            let json = serde_json::to_value(&status).expect("JSON");
            assert_eq!(json, status.to_string());
            assert_eq!(serde_json::from_value::<StatusClaim>(json).expect("a status"), status);
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        let version_2 =
            json!({ "v": 2, "fea": "o:a", "o": { "id": "org_1", "per": "x", "fpm": "1" } });
        let organization = claims(&version_2).organization().cloned().expect("an organization");
        let json = serde_json::to_value(&organization).expect("JSON");
        assert_eq!(json["permissions"], json!(["org:a:x"]));
        assert_eq!(serde_json::from_value::<ActiveOrganization>(json).expect("JSON"), organization);
    }

    #[test]
    fn times_are_read_as_numeric_dates() {
        let claims = claims(&json!({ "iat": 1_700_000_000, "exp": 1_700_000_060.5 }));
        assert_eq!(claims.issued_at(), Some(Timestamp::from_millis(1_700_000_000_000)));
        assert_eq!(claims.expires_at(), Some(Timestamp::from_millis(1_700_000_060_500)));
    }

    #[test]
    fn short_permission_number_grants_at_most_64_permissions() {
        let per = (0..70).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(unpacked("o:a", &per, "1"), ["org:a:0"]);
        assert_eq!(unpacked("o:a", &per, &u64::MAX.to_string()).len(), 64);
    }

    #[test]
    fn issuer_and_authorized_party_are_read() {
        let claims = claims(&json!({ "iss": "https://a", "azp": "https://b", "v": 2 }));
        assert_eq!(claims.issuer(), Some("https://a"));
        assert_eq!(claims.authorized_party(), Some("https://b"));
        let none = SessionClaims::from_json(&json!({}));
        assert_eq!((none.issuer(), none.authorized_party()), (None, None));
    }

    #[test]
    fn claims_are_equal_if_all_of_them_are() {
        let ada = claims(&json!({ "sub": "user_ada" }));
        assert_eq!(ada, ada.clone());
        assert_ne!(ada, claims(&json!({ "sub": "user_bob" })));
        assert_ne!(ada, claims(&json!({ "sub": "user_ada", "sid": "sess_1" })));
    }

    #[test]
    fn factors_that_are_not_enrolled_are_minus_one() {
        for (first, second, json) in [
            (None, None, json!([-1.0, -1.0])),
            (Some(3.0), None, json!([3.0, -1.0])),
            (None, Some(5.0), json!([-1.0, 5.0])),
        ] {
            let ages = FactorAges { first, second };
            assert_eq!(serde_json::to_value(ages).expect("JSON"), json);
        }
    }
}
