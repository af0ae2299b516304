//! Reverification: how recently a user must have verified their identity.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::verdict::Verdict;
use crate::token::FactorAges;

/// How recently and with which factors a user must have verified their identity: step-up
/// authentication, which Clerk calls
/// [reverification](https://clerk.com/docs/guides/secure/reverification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reverification {
    level: ReverificationLevel,
    after_minutes: u32,
}

/// The factors that a [`Reverification`] requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReverificationLevel {
    /// The first factor.
    FirstFactor,
    /// The second factor if one is enrolled, otherwise the first.
    SecondFactor,
    /// Both factors, or only the first if no second factor is enrolled.
    MultiFactor,
}

impl Reverification {
    /// Both factors within 10 minutes.
    pub const STRICT_MFA: Self = Self::new(ReverificationLevel::MultiFactor, 10);
    /// The second factor within 10 minutes.
    pub const STRICT: Self = Self::new(ReverificationLevel::SecondFactor, 10);
    /// The second factor within an hour.
    pub const MODERATE: Self = Self::new(ReverificationLevel::SecondFactor, 60);
    /// The second factor within a day.
    pub const LAX: Self = Self::new(ReverificationLevel::SecondFactor, 1440);

    /// Requires that the factors were verified less than `after_minutes` minutes ago. 0 is never
    /// satisfied.
    #[must_use]
    pub const fn new(level: ReverificationLevel, after_minutes: u32) -> Self {
        Self { level, after_minutes }
    }

    /// The required factors.
    #[must_use]
    pub const fn level(self) -> ReverificationLevel {
        self.level
    }

    /// The number of minutes after which a verification is too old.
    #[must_use]
    pub const fn after_minutes(self) -> u32 {
        self.after_minutes
    }

    /// Checks the ages of the factors. Factors that are not enrolled have none.
    pub(super) fn check(self, ages: Option<FactorAges>) -> Verdict {
        let Some(FactorAges { first, second }) = ages else { return Verdict::Unknown };
        let fresh = |age: f64| age < f64::from(self.after_minutes);
        match (self.level, first, second) {
            (ReverificationLevel::FirstFactor, first, _) | (_, first, None) => {
                Verdict::from(first.map(fresh))
            }
            (ReverificationLevel::SecondFactor, _, Some(second)) => {
                Verdict::from(Some(fresh(second)))
            }
            (ReverificationLevel::MultiFactor, first, Some(second)) => {
                Verdict::from(first.map(|first| fresh(first) && fresh(second)))
            }
        }
    }
}

impl fmt::Display for Reverification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factors = match self.level {
            ReverificationLevel::FirstFactor => "the first factor",
            ReverificationLevel::SecondFactor => "the second factor",
            ReverificationLevel::MultiFactor => "both factors",
        };
        write!(f, "reverification of {factors} within {} minutes", self.after_minutes)
    }
}
