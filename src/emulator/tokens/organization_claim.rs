//! The claims of a session token about its organization: features and permissions.

use serde_json::{Value, json};

/// Permissions belong to features: those that the membership's name have to be among the organization's.
pub(in crate::emulator) fn list_permitted_features(
    features: &mut Vec<String>,
    permissions: &[(&str, &str)],
) {
    for (feature, _) in permissions {
        if !organization_features(features).any(|listed| listed == *feature) {
            features.push(format!("o:{feature}"));
        }
    }
}

/// The `o` claim. `per` lists the permissions' names; `fpm` has for each of the organization's features,
/// in the order of `fea`, the bits of those names that are granted on it.
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
            .map(|feature| decimal(names.iter().map(|name| granted(feature, name))));
        claim["fpm"] = json!(masks.collect::<Vec<_>>().join(","));
        claim["per"] = json!(names.join(","));
    }
    claim
}

/// The names of those features that the organization has, alone or together with the user.
fn organization_features(features: &[String]) -> impl Iterator<Item = &str> {
    features.iter().filter_map(|feature| match feature.split_once(':')? {
        ("o" | "ou" | "uo", name) => Some(name),
        _ => None,
    })
}

/// A number of any length from its bits, the lowest first.
fn decimal(bits: impl DoubleEndedIterator<Item = bool>) -> String {
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
