//! Requirements on a principal: roles, permissions, features, plans, reverification, scopes,
//! machines, and combinations of them.
//!
//! All checks are pure functions of the principal. A requirement that cannot be decided, because
//! claims are missing or malformed, is not satisfied, and neither is its negation.

mod condition;
mod names;
mod predicate;
mod requirement;
mod reverification;
#[cfg(test)]
mod tests;
mod verdict;

pub use self::{
    condition::Condition,
    names::{Permission, Role},
    predicate::Predicate,
    requirement::{
        Requirement, active_organization, all, any, feature, machine, not, permission, plan, role,
        scope, when,
    },
    reverification::{Reverification, ReverificationLevel},
};
