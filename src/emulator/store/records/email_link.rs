//! Links in emails that verify an email address.

/// The purpose of a link.
#[derive(Clone)]
pub(in crate::emulator) struct EmailLink {
    pub(in crate::emulator::store) client_token: String,
    pub(in crate::emulator::store) target: EmailLinkTarget,
    /// The page of the app that the browser is redirected to.
    pub(in crate::emulator) redirect_url: String,
}

/// The target of a link.
#[derive(Clone)]
pub(in crate::emulator) enum EmailLinkTarget {
    /// The first factor of the client's sign-in.
    SignIn { id: String },
    /// The email address of the client's sign-up.
    SignUp { id: String },
    /// A user's email address.
    EmailAddress { id: String },
}
