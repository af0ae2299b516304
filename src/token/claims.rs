//! What a session token says.

use std::sync::OnceLock;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::authorization::FactorAges;

/// The verified [claims of a session token](https://clerk.com/docs/guides/sessions/session-tokens), version 1 or 2.
///
/// The usual ones have methods; [`get`](Self::get) and [`custom_claims`](Self::custom_claims) reach every other.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct SessionClaims {
    all: Map<String, Value>,
    /// Unpacked where it is asked for, as its permissions take a while.
    #[serde(skip)]
    organization: OnceLock<Option<ActiveOrganization>>,
}

impl SessionClaims {
    pub(crate) fn new(all: Map<String, Value>) -> Self {
        Self { all, organization: OnceLock::new() }
    }

    /// `sub`: the user's ID.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.get_str("sub").unwrap_or_default()
    }

    /// `sid`: the session's ID. A token of a JWT template has none.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.get_str("sid")
    }

    /// `sts`: the session's status, where the instance tells it.
    #[must_use]
    pub fn session_status(&self) -> Option<SessionStatus> {
        Some(match self.get_str("sts")? {
            "active" => SessionStatus::Active,
            "pending" => SessionStatus::Pending,
            other => SessionStatus::Other(other.to_owned()),
        })
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.get_str("sts") == Some("pending")
    }

    /// `iss`: the frontend API that issued the token, as a URL.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.get_str("iss")
    }

    /// `azp`: the origin that the token was issued to.
    #[must_use]
    pub fn authorized_party(&self) -> Option<&str> {
        self.get_str("azp")
    }

    /// `iat`: when the token was issued, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<f64> {
        self.get("iat")?.as_f64()
    }

    /// `exp`: when the token ends, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> Option<f64> {
        self.get("exp")?.as_f64()
    }

    /// `act`: who acts as the user, if they are [impersonated](https://clerk.com/docs/guides/users/impersonation).
    #[must_use]
    pub fn actor(&self) -> Option<&Value> {
        self.get("act").filter(|actor| !actor.is_null())
    }

    /// `fva`: how long ago each factor was verified; `None` where the claim is missing or malformed.
    #[must_use]
    pub fn factor_ages(&self) -> Option<FactorAges> {
        let Value::Array(ages) = self.get("fva")? else { return None };
        let [first, second] = ages.as_slice() else { return None };
        let age = |value: &Value| match value.as_f64()? {
            -1.0 => Some(None),
            minutes if minutes >= 0.0 => Some(Some(minutes)),
            _ => None,
        };
        Some(FactorAges { first: age(first)?, second: age(second)? })
    }

    /// The organization that is active in the session.
    #[must_use]
    pub fn organization(&self) -> Option<&ActiveOrganization> {
        self.organization.get_or_init(|| ActiveOrganization::of(&self.all)).as_ref()
    }

    /// Any claim by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.all
    }

    pub(crate) fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// All claims, read into a type of yours.
    ///
    /// # Errors
    ///
    /// If the claims do not fit the type.
    pub fn custom_claims<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        T::deserialize(&self.all)
    }
}

impl PartialEq for SessionClaims {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

/// `sts`: the status of a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionStatus {
    /// The user is signed in.
    Active,
    /// The user has a [session task](https://clerk.com/docs/guides/configure/session-tasks) to complete first.
    Pending,
    /// A status that this version does not know.
    Other(String),
}

impl SessionStatus {
    /// The status as Clerk spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Other(other) => other,
        }
    }
}

/// The organization that is active in a session, and the user's place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// The user's permissions, such as `org:billing:read`; `None` where the token does not list them.
    #[must_use]
    pub fn permissions(&self) -> Option<&[String]> {
        self.permissions.as_deref()
    }

    fn of(claims: &Map<String, Value>) -> Option<Self> {
        if claims.get("v").and_then(Value::as_f64) == Some(2.0) {
            Self::of_version_2(claims)
        } else {
            Self::of_version_1(claims)
        }
    }

    fn of_version_1(claims: &Map<String, Value>) -> Option<Self> {
        let permissions = claims.get("org_permissions").and_then(Value::as_array);
        Some(Self {
            id: text(claims, "org_id")?,
            slug: text(claims, "org_slug"),
            role: text(claims, "org_role"),
            permissions: permissions
                .map(|list| list.iter().filter_map(|p| p.as_str().map(str::to_owned)).collect()),
        })
    }

    fn of_version_2(claims: &Map<String, Value>) -> Option<Self> {
        let organization = claims.get("o")?.as_object()?;
        let part = |name| organization.get(name).and_then(Value::as_str).unwrap_or_default();
        let features = claims.get("fea").and_then(Value::as_str).unwrap_or_default();
        Some(Self {
            id: text(organization, "id")?,
            slug: text(organization, "slg"),
            role: text(organization, "rol").map(|role| format!("org:{role}")),
            permissions: Some(permissions(features, part("per"), part("fpm"))),
        })
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Unpacks the permissions of a version 2 token: the n-th organization feature of `fea` has those of `per` whose bit
/// is set in the n-th number of `fpm`.
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

/// The lowest `count` bits of a decimal number of any length, the lowest first; of what is no number, none.
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

    fn claims(value: Value) -> SessionClaims {
        let Value::Object(all) = value else { panic!("not an object") };
        SessionClaims::new(all)
    }

    fn unpacked(fea: &str, per: &str, fpm: &str) -> Vec<String> {
        let claims =
            claims(json!({ "v": 2, "fea": fea, "o": { "id": "org_1", "per": per, "fpm": fpm } }));
        claims
            .organization()
            .and_then(ActiveOrganization::permissions)
            .expect("permissions")
            .to_vec()
    }

    #[test]
    fn version_2_packs_permissions_into_bits() {
        assert_eq!(
            unpacked("o:dashboard,u:export,uo:teams", "read,manage", "3,2"),
            ["org:dashboard:read", "org:dashboard:manage", "org:teams:manage"]
        );
        assert_eq!(unpacked("o:a,o:b", "read", "0,1"), ["org:b:read"]);
        assert_eq!(unpacked("o:a,o:b", "read", "1"), ["org:a:read"]);
        assert_eq!(unpacked("o:a", "read", "1,1"), ["org:a:read"]);
    }

    #[test]
    fn a_number_that_is_none_grants_nothing() {
        for fpm in ["", "x", "-1", "1.0", "+1", "0x1", " "] {
            assert!(unpacked("o:a", "read", fpm).is_empty(), "{fpm:?}");
        }
        assert_eq!(unpacked("o:a,o:b", "read", "x,1"), ["org:b:read"]);
        assert!(unpacked("", "read", "1").is_empty() && unpacked("u:a", "read", "1").is_empty());
        assert!(unpacked("o:a", "", "1").is_empty() && unpacked("o:a,b", "read", "1").is_empty());
    }

    #[test]
    fn a_number_may_be_longer_than_any_integer() {
        let per = (0..130).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        // 2^129 + 2^64 + 1
        let set = "680564733841876926945195958937245974529";
        assert_eq!(unpacked("o:a", &per, set), ["org:a:0", "org:a:64", "org:a:129"]);
    }

    #[test]
    fn version_1_spells_its_organization_out() {
        let claims = claims(json!({
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
            json!({ "v": 2, "sub": 1, "sid": {}, "sts": 1, "o": { "id": 1 }, "fva": ["1", 2] }),
        );
        assert_eq!((claims.user_id(), claims.session_id()), ("", None));
        assert_eq!(
            (claims.session_status(), claims.organization(), claims.factor_ages()),
            (None, None, None)
        );
    }

    #[test]
    fn custom_claims_are_reached_by_name_and_by_type() {
        #[derive(serde::Deserialize)]
        struct Custom {
            tier: String,
        }
        let claims = claims(json!({ "sub": "user_1", "tier": "gold" }));
        assert_eq!(claims.get("tier"), Some(&json!("gold")));
        assert_eq!(claims.custom_claims::<Custom>().expect("claims").tier, "gold");
    }
}
