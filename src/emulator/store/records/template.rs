//! The default templates of emails and text messages.

use serde_json::{Value, json};

use super::{constants::INSTANCE_ID, settings::DEFAULT_SENDER, table::Table};
use crate::emulator::tokens::new_id;

/// The variables that all templates can contain.
const COMMON_VARIABLES: [&str; 3] = ["app.name", "app.url", "app.domain_name"];

struct Default {
    template_type: &'static str,
    slug: &'static str,
    name: &'static str,
    /// The subject of an email; empty for a text message.
    subject: &'static str,
    body: &'static str,
    /// The variable that the body must contain, if any.
    required: Option<&'static str>,
}

impl Default {
    const fn email(
        slug: &'static str,
        name: &'static str,
        subject: &'static str,
        body: &'static str,
        required: Option<&'static str>,
    ) -> Self {
        Self { template_type: "email", slug, name, subject, body, required }
    }

    const fn sms(
        slug: &'static str,
        name: &'static str,
        body: &'static str,
        required: Option<&'static str>,
    ) -> Self {
        Self { template_type: "sms", slug, name, subject: "", body, required }
    }
}

const CODE: Option<&str> = Some("otp_code");
const LINK: Option<&str> = Some("magic_link");
const ACTION: Option<&str> = Some("action_url");

static DEFAULTS: [Default; 16] = [
    Default::email(
        "verification_code",
        "Verification code",
        "{{otp_code}} is your verification code",
        "Your verification code for {{app.name}} is {{otp_code}}.",
        CODE,
    ),
    Default::email(
        "reset_password_code",
        "Reset password code",
        "{{otp_code}} is your reset password code",
        "Your code to reset your password for {{app.name}} is {{otp_code}}.",
        CODE,
    ),
    Default::email(
        "magic_link_sign_in",
        "Sign-in link",
        "Sign in to {{app.name}}",
        "Sign in to {{app.name}}: {{magic_link}}",
        LINK,
    ),
    Default::email(
        "magic_link_sign_up",
        "Sign-up link",
        "Sign up to {{app.name}}",
        "Sign up to {{app.name}}: {{magic_link}}",
        LINK,
    ),
    Default::email(
        "magic_link_user_profile",
        "Email address verification link",
        "Verify your email address",
        "Verify your email address for {{app.name}}: {{magic_link}}",
        LINK,
    ),
    Default::email(
        "invitation",
        "Invitation",
        "You are invited to {{app.name}}",
        "Accept your invitation to {{app.name}}: {{action_url}}",
        ACTION,
    ),
    Default::email(
        "organization_invitation",
        "Organization invitation",
        "You are invited to an organization",
        "Join an organization of {{app.name}}: {{action_url}}",
        ACTION,
    ),
    Default::email(
        "waitlist_invitation",
        "Waitlist invitation",
        "You are off the waitlist",
        "Sign up to {{app.name}}: {{action_url}}",
        ACTION,
    ),
    Default::email(
        "waitlist_confirmation",
        "Waitlist confirmation",
        "You are on the waitlist",
        "You have joined the waitlist of {{app.name}}.",
        None,
    ),
    Default::email(
        "password_changed",
        "Password changed",
        "Your password has been changed",
        "Your password for {{app.name}} has been changed.",
        None,
    ),
    Default::email(
        "password_removed",
        "Password removed",
        "Your password has been removed",
        "Your password for {{app.name}} has been removed.",
        None,
    ),
    Default::email(
        "primary_email_address_changed",
        "Primary email address changed",
        "Your primary email address has been changed",
        "Your primary email address for {{app.name}} has been changed.",
        None,
    ),
    Default::email(
        "account_locked",
        "Account locked",
        "Your account has been locked",
        "Your account at {{app.name}} has been locked.",
        None,
    ),
    Default::sms(
        "verification_code",
        "Verification code",
        "{{otp_code}} is your verification code for {{app.name}}.",
        CODE,
    ),
    Default::sms(
        "reset_password_code",
        "Reset password code",
        "{{otp_code}} is your code to reset your password for {{app.name}}.",
        CODE,
    ),
    Default::sms(
        "password_changed",
        "Password changed",
        "Your password for {{app.name}} has been changed.",
        None,
    ),
];

/// Returns the templates that exist from the start.
pub(in crate::emulator) fn default_templates(now: i64) -> Table {
    let mut table = Table::new("template");
    for (position, default) in DEFAULTS.iter().enumerate() {
        let mut variables = COMMON_VARIABLES.to_vec();
        variables.extend(default.required);
        let is_email = default.template_type == "email";
        table.insert(json!({
            "object": "template",
            "id": new_id("tmpl"),
            "instance_id": null,
            "resource_type": "system",
            "template_type": default.template_type,
            "name": default.name,
            "slug": default.slug,
            "position": position,
            "can_revert": false,
            "can_delete": false,
            "can_edit_body": true,
            "can_toggle": !is_email && default.required.is_none(),
            "subject": is_email.then_some(default.subject),
            "markup": default.body,
            "body": default.body,
            "available_variables": variables,
            "required_variables": Vec::from_iter(default.required),
            "from_email_name": if is_email { DEFAULT_SENDER } else { "" },
            "reply_to_email_name": "",
            "delivered_by_clerk": true,
            "enabled": true,
            "flagged_as_suspicious": false,
            "created_at": now,
            "updated_at": now,
        }));
    }
    table
}

/// Marks a template as changed.
pub(in crate::emulator::store) fn mark_as_changed(template: &mut Value) {
    template["instance_id"] = json!(INSTANCE_ID);
    template["resource_type"] = json!("user");
    template["can_revert"] = json!(true);
}
