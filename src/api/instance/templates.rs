//! Templates of emails and text messages.

use serde_json::{Value, json};

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{OptionalPaging, Patch},
    },
    timestamp::Timestamp,
};

/// The templates of emails and text messages. Clerk has deprecated all of these operations in favor
/// of its dashboard.
///
/// ```no_run
/// use axum_clerk::api::{OptionalPaging, TemplateType};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// # #[allow(deprecated)]
/// let templates =
///     clerk.templates().list(&TemplateType::Email, &OptionalPaging::default()).await?;
/// for template in templates {
///     println!("{:?}", template.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/email-sms-templates)
#[derive(Clone, Copy, Debug)]
pub struct Templates<'a>(pub(in crate::api) &'a Client);

impl Templates<'_> {
    /// Lists templates by position.
    ///
    /// `GET /templates/{template_type}`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn list(
        self,
        template_type: &TemplateType,
        params: &OptionalPaging,
    ) -> Result<Vec<Template>> {
        self.0
            .get("/templates/{template_type}", [template_type.as_str()])
            .query(params)
            .send_list()
            .await
    }

    /// Streams templates from all pages, by position.
    ///
    /// `GET /templates/{template_type}`
    #[deprecated = "use the Clerk Dashboard"]
    pub fn stream(self, template_type: &TemplateType, params: &OptionalPaging) -> Items<Template> {
        let list = self.0.get("/templates/{template_type}", [template_type.as_str()]);
        list.query(&params.clone().paginated(true)).stream()
    }

    /// Gets a template.
    ///
    /// `GET /templates/{template_type}/{slug}`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn get(self, template_type: &TemplateType, slug: &str) -> Result<Template> {
        self.0.get("/templates/{template_type}/{slug}", [template_type.as_str(), slug]).send().await
    }

    /// Updates a template.
    ///
    /// `PUT /templates/{template_type}/{slug}`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn upsert(
        self,
        template_type: &TemplateType,
        slug: &str,
        params: &UpsertTemplate,
    ) -> Result<Template> {
        let path = "/templates/{template_type}/{slug}";
        self.0.put(path, [template_type.as_str(), slug]).json(params).send().await
    }

    /// Reverts a template to Clerk's default.
    ///
    /// `POST /templates/{template_type}/{slug}/revert`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn revert(self, template_type: &TemplateType, slug: &str) -> Result<Template> {
        let path = "/templates/{template_type}/{slug}/revert";
        self.0.post(path, [template_type.as_str(), slug]).send().await
    }

    /// Sets whether Clerk delivers the messages made from a template. If disabled, deliver them
    /// yourself when the `email.created` and `sms.created` webhooks arrive.
    ///
    /// `POST /templates/{template_type}/{slug}/toggle_delivery`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn toggle_delivery(
        self,
        template_type: &TemplateType,
        slug: &str,
        delivered_by_clerk: bool,
    ) -> Result<Template> {
        let path = "/templates/{template_type}/{slug}/toggle_delivery";
        let body = json!({ "delivered_by_clerk": delivered_by_clerk });
        self.0.post(path, [template_type.as_str(), slug]).json(&body).send().await
    }

    /// Renders a preview of a template.
    ///
    /// `POST /templates/{template_type}/{slug}/preview`
    #[deprecated = "use the Clerk Dashboard"]
    pub async fn preview(
        self,
        template_type: &TemplateType,
        slug: &str,
        params: &PreviewTemplate,
    ) -> Result<Value> {
        let path = "/templates/{template_type}/{slug}/preview";
        self.0.post(path, [template_type.as_str(), slug]).json(params).send().await
    }
}

open_enum! {
    /// The type of a template.
    pub enum TemplateType {
        /// Emails.
        Email = "email",
        /// Text messages.
        Sms = "sms",
    }
}

params! {
    /// Parameters for [`Templates::upsert`].
    pub struct UpsertTemplate {
        /// The user-friendly name.
        name: String,
        /// The subject of the email.
        subject: Patch<String>,
        /// The editor markup from which the body is generated.
        markup: Patch<String>,
        /// The body, with variables.
        body: String,
        /// Whether Clerk delivers the messages made from the template.
        delivered_by_clerk: bool,
        /// The local part of the email's `From` address.
        from_email_name: String,
        /// The local part of the email's `Reply-To` address.
        reply_to_email_name: String,
    }
}

params! {
    /// Parameters for [`Templates::preview`].
    pub struct PreviewTemplate {
        /// The subject of the email.
        subject: String,
        /// The body, with variables.
        body: String,
        /// The local part of the email's `From` address.
        from_email_name: String,
        /// The local part of the email's `Reply-To` address.
        reply_to_email_name: String,
    }
}

model! {
    /// A template of emails or text messages.
    #[serde(tag = "object", rename = "template")]
    pub struct Template {
        /// The machine-friendly name of the template.
        pub slug: String,
        /// The template's ID.
        pub id: Option<String>,
        /// The ID of the instance to which the template belongs.
        pub instance_id: Option<String>,
        /// The origin of the template: `system` for Clerk's default, `user` for a customized
        /// template.
        pub resource_type: String,
        /// The type of the template.
        pub template_type: TemplateType,
        /// The user-friendly name of the template.
        pub name: String,
        /// The position of the template in the list.
        pub position: i64,
        /// Whether the template can be reverted to Clerk's default.
        pub can_revert: bool,
        /// Whether the template can be deleted.
        pub can_delete: bool,
        /// Whether the body can be edited.
        pub can_edit_body: bool,
        /// Whether the template can be enabled and disabled.
        pub can_toggle: bool,
        /// The subject of the email.
        pub subject: Option<String>,
        /// The editor markup from which the body is generated.
        pub markup: String,
        /// The body, with variables.
        pub body: String,
        /// The variables that the body can contain.
        pub available_variables: Vec<String>,
        /// The variables that the body must contain.
        pub required_variables: Vec<String>,
        /// The local part of the email's `From` address.
        pub from_email_name: Option<String>,
        /// The local part of the email's `Reply-To` address.
        pub reply_to_email_name: Option<String>,
        /// Whether Clerk delivers the messages made from the template.
        pub delivered_by_clerk: bool,
        /// Whether the template is enabled.
        pub enabled: bool,
        /// Whether Clerk has flagged the template as suspicious.
        pub flagged_as_suspicious: bool,
        /// The time when the template was last updated.
        pub updated_at: Timestamp,
        /// The time when the template was created.
        pub created_at: Timestamp,
    }
}
