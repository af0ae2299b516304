//! The names of roles and permissions.

use std::{borrow::Cow, fmt};

/// Declares a name that an application's own type can be converted into.
macro_rules! name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Creates a name. The prefix `org:` is optional.
            #[must_use]
            pub const fn new(name: &'static str) -> Self {
                Self(Cow::Borrowed(name))
            }

            /// Returns the name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned().into())
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(name.into())
            }
        }

        impl From<&String> for $name {
            fn from(name: &String) -> Self {
                Self::from(name.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The name of a role in an organization, such as `org:admin`. See [`Permission`] for how to
    /// use your own enum.
    Role
}

name! {
    /// The name of a permission in an organization, such as `org:billing:read`.
    ///
    /// Convert from an enum of the application's permissions, so that guards cannot misspell them:
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use axum_clerk::{ClerkAuth, Permission, guard};
    ///
    /// #[derive(Clone, Copy)]
    /// enum May {
    ///     ReadInvoices,
    ///     ManageInvoices,
    /// }
    ///
    /// impl From<May> for Permission {
    ///     fn from(may: May) -> Self {
    ///         Self::new(match may {
    ///             May::ReadInvoices => "org:invoices:read",
    ///             May::ManageInvoices => "org:invoices:manage",
    ///         })
    ///     }
    /// }
    ///
    /// async fn invoices(auth: ClerkAuth) -> &'static str {
    ///     if auth.has(guard::permission(May::ManageInvoices)) { "an editor" } else { "a list" }
    /// }
    ///
    /// let may_read = guard::require(guard::permission(May::ReadInvoices));
    /// let app: Router = Router::new().route("/invoices", get(invoices).layer(may_read));
    /// ```
    Permission
}
