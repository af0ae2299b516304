//! Templates of emails and text messages. The emulator sends no messages, so they have no effect.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{default_templates, mark_as_changed},
    state::Store,
};
use crate::api::Patch;
use crate::emulator::http::{ClerkError, Result, fields};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct TemplateChange {
    name: Option<String>,
    #[serde(default)]
    subject: Patch<String>,
    markup: Option<String>,
    body: Option<String>,
    delivered_by_clerk: Option<bool>,
    from_email_name: Option<String>,
    reply_to_email_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct TemplatePreview {
    subject: Option<String>,
    body: Option<String>,
    from_email_name: Option<String>,
    reply_to_email_name: Option<String>,
}

impl Store {
    /// Returns the templates of a type, `email` or `sms`.
    pub(in crate::emulator) fn templates_of(&self, template_type: &str) -> Result<Vec<&Value>> {
        if !["email", "sms"].contains(&template_type) {
            let message = format!("The template type {template_type} is not supported.");
            return Err(ClerkError::bad_request("template_type_unsupported", message));
        }
        let all = self.templates.iter();
        Ok(all.filter(|template| template["template_type"] == template_type).collect())
    }

    pub(in crate::emulator) fn template(&self, template_type: &str, slug: &str) -> Result<&Value> {
        self.templates_of(template_type)?
            .into_iter()
            .find(|template| template["slug"] == slug)
            .ok_or_else(|| ClerkError::resource_not_found("template", slug))
    }

    pub(in crate::emulator) fn update_template(
        &mut self,
        template_type: &str,
        slug: &str,
        change: TemplateChange,
    ) -> Result<Value> {
        let mut template = self.template(template_type, slug)?.clone();
        if let Some(body) = &change.body {
            check_body(&template, body)?;
        }
        for (name, value) in [
            ("from_email_name", &change.from_email_name),
            ("reply_to_email_name", &change.reply_to_email_name),
        ] {
            check_email_name(name, value.as_deref())?;
        }
        for (field, value) in [
            ("name", change.name),
            ("markup", change.markup),
            ("body", change.body),
            ("from_email_name", change.from_email_name),
            ("reply_to_email_name", change.reply_to_email_name),
        ] {
            if let Some(value) = value {
                template[field] = json!(value);
            }
        }
        if template_type == "email" {
            fields::patch(&mut template, "subject", change.subject);
        }
        if let Some(on) = change.delivered_by_clerk {
            template["delivered_by_clerk"] = json!(on);
        }
        fields::check_name(&template["name"])?;
        mark_as_changed(&mut template);
        let now = self.now();
        Ok(self.templates.replace(template, now))
    }

    /// Reverts a changed template to its default.
    pub(in crate::emulator) fn revert_template(
        &mut self,
        template_type: &str,
        slug: &str,
    ) -> Result<Value> {
        let template = self.template(template_type, slug)?;
        if template["can_revert"] == false {
            let message = format!("The template {slug} has not been changed.");
            return Err(ClerkError::bad_request("template_revert_error", message));
        }
        let now = self.now();
        let defaults = default_templates(now);
        let is_same =
            |row: &Value| row["template_type"] == template_type && row["slug"] == template["slug"];
        let mut reverted = defaults.find(is_same).cloned().unwrap_or_default();
        for name in ["id", "created_at"] {
            reverted[name] = template[name].clone();
        }
        Ok(self.templates.replace(reverted, now))
    }

    /// Sets whether Clerk delivers the messages, or inverts it.
    pub(in crate::emulator) fn toggle_template_delivery(
        &mut self,
        template_type: &str,
        slug: &str,
        delivered_by_clerk: Option<bool>,
    ) -> Result<Value> {
        let mut template = self.template(template_type, slug)?.clone();
        let inverted = template["delivered_by_clerk"] == false;
        template["delivered_by_clerk"] = json!(delivered_by_clerk.unwrap_or(inverted));
        let now = self.now();
        Ok(self.templates.replace(template, now))
    }

    /// Renders a template, or the given parts in place of its own, with sample values.
    pub(in crate::emulator) fn preview_template(
        &self,
        template_type: &str,
        slug: &str,
        preview: TemplatePreview,
    ) -> Result<Value> {
        let template = self.template(template_type, slug)?;
        let own = |name: &str| template[name].as_str().unwrap_or_default().to_owned();
        let body = preview.body.unwrap_or_else(|| own("body"));
        check_body(template, &body)?;
        let subject = preview.subject.unwrap_or_else(|| own("subject"));
        let domain = self.domains.first().map_or("", |domain| domain.host());
        let address = |param: &str, given: Option<String>| {
            check_email_name(param, given.as_deref())?;
            let name = given.unwrap_or_else(|| own(param));
            Ok(if name.is_empty() { Value::Null } else { json!(format!("{name}@{domain}")) })
        };
        let (from, reply_to) = (
            address("from_email_name", preview.from_email_name)?,
            address("reply_to_email_name", preview.reply_to_email_name)?,
        );
        let is_email = template_type == "email";
        Ok(json!({
            "subject": if is_email { json!(render(&subject, sample)) } else { Value::Null },
            "body": render(&body, sample),
            "from_email_address": from,
            "reply_to_email_address": reply_to,
        }))
    }
}

fn check_body(template: &Value, body: &str) -> Result<()> {
    let mut variables = Vec::new();
    let rendered = render(body, |name| {
        variables.push(name.to_owned());
        String::new()
    });
    if rendered.is_none() || body.is_empty() {
        let message = "The body is invalid.";
        return Err(ClerkError::param("invalid_template_body", "body", message));
    }
    let required = template["required_variables"].as_array().into_iter().flatten();
    for variable in required.filter_map(Value::as_str) {
        if !variables.iter().any(|own| own == variable) {
            let message = format!("The body must contain the variable {{{{{variable}}}}}.");
            return Err(ClerkError::param("required_variable_missing", "body", message));
        }
    }
    Ok(())
}

/// Checks the local part of an email address, which may be empty.
fn check_email_name(param: &str, name: Option<&str>) -> Result<()> {
    let is_invalid = |c: char| c.is_whitespace() || c == '@';
    match name {
        Some(name) if name.contains(is_invalid) => {
            Err(ClerkError::invalid_format(param, "the local part of an email address"))
        }
        _ => Ok(()),
    }
}

/// Replaces the variables of a text, each `{{name}}`. Returns `None` if one is not closed.
fn render(text: &str, mut value: impl FnMut(&str) -> String) -> Option<String> {
    let (mut rendered, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, tail) = after.split_once("}}")?;
        rendered.push_str(before);
        rendered.push_str(&value(name.trim()));
        rest = tail;
    }
    rendered.push_str(rest);
    Some(rendered)
}

/// Returns the value of a variable in previews; unknown variables are empty.
fn sample(variable: &str) -> String {
    match variable {
        "app.name" => "Example",
        "app.url" => "https://example.com",
        "app.domain_name" => "example.com",
        "otp_code" => "424242",
        "magic_link" | "action_url" => "https://example.com/link",
        _ => "",
    }
    .to_owned()
}
