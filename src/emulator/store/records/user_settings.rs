//! The settings of the sign-up and sign-in forms.

use serde::Serialize;

/// The settings of the sign-up and sign-in forms, which only Clerk's dashboard can change.
///
/// The default is that of a new Clerk application: an email address, which is verified by a code,
/// and a password are required, and names are optional.
///
/// ```
/// # use axum_clerk::emulator::{ClerkEmulator, Requirement};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let clerk = ClerkEmulator::start().await?;
/// clerk.update_user_settings(|settings| {
///     settings.username = Requirement::Required;
///     settings.choose_organization = true;
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserSettings {
    /// The name of the application on Clerk's components; `Emulated app` by default.
    pub application_name: String,
    /// Whether users have email addresses; required by default.
    pub email_address: Requirement,
    /// Whether users have phone numbers; off by default.
    pub phone_number: Requirement,
    /// Whether users have usernames; off by default.
    pub username: Requirement,
    /// Whether users have passwords; required by default.
    pub password: Requirement,
    /// Whether users have first names; optional by default.
    pub first_name: Requirement,
    /// Whether users have last names; optional by default.
    pub last_name: Requirement,
    /// Who may sign up; everyone by default.
    pub sign_up_mode: SignUpMode,
    /// Whether email addresses can also be verified by a link; `false` by default. Codes are always
    /// possible.
    pub email_links: bool,
    /// The social providers that users can sign in with, such as `google`; none by default. The
    /// emulator plays the provider, with a page to choose an account.
    pub social_providers: Vec<String>,
    /// Whether users must accept the terms to sign up; `false` by default.
    pub legal_consent: bool,
    /// Whether users without an active organization must choose one before their session becomes
    /// active; `false` by default.
    pub choose_organization: bool,
    /// Whether users must set up a second factor before their session becomes active; `false` by
    /// default.
    pub require_second_factor: bool,
    /// Whether several users can be signed in to one browser; `false` by default.
    pub multiple_sessions: bool,
}

impl Default for UserSettings {
    fn default() -> Self {
        Self {
            application_name: "Emulated app".into(),
            email_address: Requirement::Required,
            phone_number: Requirement::Off,
            username: Requirement::Off,
            password: Requirement::Required,
            first_name: Requirement::Optional,
            last_name: Requirement::Optional,
            sign_up_mode: SignUpMode::Public,
            email_links: false,
            social_providers: Vec::new(),
            legal_consent: false,
            choose_organization: false,
            require_second_factor: false,
            multiple_sessions: false,
        }
    }
}

impl UserSettings {
    /// Returns the strategies that verify an email address.
    pub(in crate::emulator) fn email_strategies(&self) -> &'static [&'static str] {
        if self.email_links { &["email_code", "email_link"] } else { &["email_code"] }
    }

    /// Returns the attributes, by name, in the order of Clerk's forms.
    pub(in crate::emulator) fn attributes(&self) -> [(&'static str, Requirement); 6] {
        [
            ("email_address", self.email_address),
            ("phone_number", self.phone_number),
            ("username", self.username),
            ("password", self.password),
            ("first_name", self.first_name),
            ("last_name", self.last_name),
        ]
    }
}

/// Whether users have an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Users do not have the attribute.
    Off,
    /// Users can have the attribute.
    #[serde(rename = "on")]
    Optional,
    /// Users need the attribute to sign up.
    Required,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpMode {
    /// Everyone.
    Public,
    /// Invited users.
    Restricted,
    /// Invited users; others can join the waitlist.
    Waitlist,
}
