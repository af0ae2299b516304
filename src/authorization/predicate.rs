//! Conditions that the application decides.

use std::{fmt, sync::Arc};

use crate::authenticate::Principal;

type Function = dyn Fn(&Principal) -> Option<bool> + Send + Sync;

/// A function of the application that decides about a [`Principal`]. Created by
/// [`guard::when`](crate::guard::when).
#[derive(Clone)]
pub struct Predicate(Arc<Function>);

impl Predicate {
    pub(super) fn new(
        function: impl Fn(&Principal) -> Option<bool> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(function))
    }

    pub(super) fn check(&self, principal: &Principal) -> Option<bool> {
        (self.0)(principal)
    }
}

/// Functions are compared by identity.
impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Predicate {}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predicate").finish_non_exhaustive()
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("approval of the application")
    }
}
