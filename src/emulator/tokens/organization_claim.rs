//! The claims of a session token about its active organization: features and permissions.

use serde_json::{Value, json};

/// Adds the features of a member's permissions to the session's features, unless the organization
/// has them already: a token can only contain permissions on listed features.
pub(in crate::emulator) fn add_permitted_features(
    features: &mut Vec<String>,
    permissions: &[(&str, &str)],
) {
    for (feature, _) in permissions {
        if !organization_features(features).any(|listed| listed == *feature) {
            features.push(format!("o:{feature}"));
        }
    }
}

/// Returns the `o` claim. `per` lists the names of the permissions; `fpm` contains, for each of the
/// organization's features in the order of `fea`, a bit mask of the names that are granted on it.
pub(in crate::emulator) fn organization_claim(
    organization_id: &str,
    slug: &Value,
    role: &str,
    permissions: &[(&str, &str)],
    features: &[String],
) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in permissions {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut claim = json!({
        "id": organization_id,
        "slg": slug,
        "rol": role.strip_prefix("org:").unwrap_or(role),
    });
    if !names.is_empty() {
        let granted = |feature, name| permissions.contains(&(feature, name));
        let masks = organization_features(features)
            .map(|feature| bits_to_decimal(names.iter().map(|name| granted(feature, name))));
        claim["fpm"] = json!(masks.collect::<Vec<_>>().join(","));
        claim["per"] = json!(names.join(","));
    }
    claim
}

/// Returns the names of the organization's features, including those shared with the user.
fn organization_features(features: &[String]) -> impl Iterator<Item = &str> {
    features.iter().filter_map(|feature| match feature.split_once(':')? {
        ("o" | "ou" | "uo", name) => Some(name),
        _ => None,
    })
}

/// Formats a number of any size as decimal. The bits start with the lowest.
fn bits_to_decimal(bits: impl DoubleEndedIterator<Item = bool>) -> String {
    let mut digits = vec![0];
    for bit in bits.rev() {
        let mut carry = u8::from(bit);
        for digit in &mut digits {
            let doubled = *digit * 2 + carry;
            *digit = doubled % 10;
            carry = doubled / 10;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}
