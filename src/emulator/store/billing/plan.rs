//! Plans and their features.

use serde::{Deserialize, Serialize};

use crate::emulator::tokens::new_id;

/// The type of a payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::emulator) enum PayerKind {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "org")]
    Organization,
}

impl PayerKind {
    /// Returns the slug of the plan that payers have if they did not subscribe to another one.
    pub(super) fn default_slug(self) -> &'static str {
        match self {
            Self::User => "free_user",
            Self::Organization => "free_org",
        }
    }
}

/// A plan. Its fees are those of its default price.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Plan {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) slug: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) description: Option<String>,
    pub(in crate::emulator) payer: PayerKind,
    /// Whether payers have the plan without subscribing to it.
    pub(in crate::emulator) is_default: bool,
    pub(in crate::emulator) free_trial_days: Option<i64>,
    /// The slugs of the features.
    pub(in crate::emulator) features: Vec<String>,
}

impl Plan {
    pub(super) fn new(slug: String, payer: PayerKind) -> Self {
        Self {
            id: new_id("cplan"),
            name: name_of(&slug),
            slug,
            description: None,
            payer,
            is_default: false,
            free_trial_days: None,
            features: Vec::new(),
        }
    }
}

/// A feature that plans can include.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) id: String,
    pub(super) slug: String,
}

impl Feature {
    pub(super) fn new(slug: String) -> Self {
        Self { id: new_id("feat"), slug }
    }
}

/// Derives a name from a slug: `Early access` from `early_access`.
pub(super) fn name_of(slug: &str) -> String {
    let mut letters = slug.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect::<String>().replace(['_', '-'], " ")
}
