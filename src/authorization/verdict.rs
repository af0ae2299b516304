//! The result of checking a requirement.

/// The result of checking a requirement. An unknown result denies access, even if it is negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    Unmet,
    /// The token lacks the data that the requirement is about.
    Unknown,
}

impl Verdict {
    pub(super) fn negate(self) -> Self {
        match self {
            Self::Met => Self::Unmet,
            Self::Unmet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Combines verdicts that must all be met. Any that is unknown makes the result unknown, so that
    /// the negation denies too.
    pub(super) fn all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().fold(Self::Met, |all, one| match (all, one) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Unmet, _) | (_, Self::Unmet) => Self::Unmet,
            (Self::Met, Self::Met) => Self::Met,
        })
    }

    /// Combines verdicts, at least one of which must be met.
    pub(super) fn any(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().fold(Self::Unmet, |any, one| match (any, one) {
            (Self::Met, _) | (_, Self::Met) => Self::Met,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Unmet, Self::Unmet) => Self::Unmet,
        })
    }
}

/// `None` is unknown.
impl From<Option<bool>> for Verdict {
    fn from(met: Option<bool>) -> Self {
        match met {
            None => Self::Unknown,
            Some(true) => Self::Met,
            Some(false) => Self::Unmet,
        }
    }
}
