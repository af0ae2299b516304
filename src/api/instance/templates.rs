//! The templates of emails and text messages.

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

/// The templates of emails and text messages. Clerk has deprecated them all: they are edited in its dashboard.
///
/// ```no_run
/// use axum_clerk::api::{OptionalPaging, TemplateType};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// # #[allow(deprecated)]
/// for template in clerk.templates().list(&TemplateType::Email, &OptionalPaging::default()).await? {
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
    /// Lists templates, by position.
    ///
    /// `GET /templates/{template_type}`
    #[deprecated = "use Clerk's dashboard"]
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

    /// Streams templates, by position, from all pages.
    ///
    /// `GET /templates/{template_type}`
    #[deprecated = "use Clerk's dashboard"]
    pub fn stream(self, template_type: &TemplateType, params: &OptionalPaging) -> Items<Template> {
        let list = self.0.get("/templates/{template_type}", [template_type.as_str()]);
        list.query(&params.clone().paginated(true)).stream()
    }

    /// Gets a template.
    ///
    /// `GET /templates/{template_type}/{slug}`
    #[deprecated = "use Clerk's dashboard"]
    pub async fn get(self, template_type: &TemplateType, slug: &str) -> Result<Template> {
        self.0.get("/templates/{template_type}/{slug}", [template_type.as_str(), slug]).send().await
    }

    /// Changes a template.
    ///
    /// `PUT /templates/{template_type}/{slug}`
    #[deprecated = "use Clerk's dashboard"]
    pub async fn upsert(
        self,
        template_type: &TemplateType,
        slug: &str,
        params: &UpsertTemplate,
    ) -> Result<Template> {
        let path = "/templates/{template_type}/{slug}";
        self.0.put(path, [template_type.as_str(), slug]).json(params).send().await
    }

    /// Makes a template again what Clerk made it.
    ///
    /// `POST /templates/{template_type}/{slug}/revert`
    #[deprecated = "use Clerk's dashboard"]
    pub async fn revert(self, template_type: &TemplateType, slug: &str) -> Result<Template> {
        let path = "/templates/{template_type}/{slug}/revert";
        self.0.post(path, [template_type.as_str(), slug]).send().await
    }

    /// Sets whether Clerk delivers what is made from a template, or leaves that to whoever listens to the
    /// webhooks `email.created` and `sms.created`.
    ///
    /// `POST /templates/{template_type}/{slug}/toggle_delivery`
    #[deprecated = "use Clerk's dashboard"]
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

    /// Shows what a template would become.
    ///
    /// `POST /templates/{template_type}/{slug}/preview`
    #[deprecated = "use Clerk's dashboard"]
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
    /// What a template is for.
    pub enum TemplateType {
        /// Emails.
        Email = "email",
        /// Text messages.
        Sms = "sms",
    }
}

params! {
    /// What [`Templates::upsert`] changes.
    pub struct UpsertTemplate {
        /// Its name.
        name: String,
        /// The subject of the email.
        subject: Patch<String>,
        /// What the editor makes the body from.
        markup: Patch<String>,
        /// The body, with variables.
        body: String,
        /// Whether Clerk delivers what is made from it.
        delivered_by_clerk: bool,
        /// What stands before the `@` of the address that the email comes from.
        from_email_name: String,
        /// What stands before the `@` of the address that answers go to.
        reply_to_email_name: String,
    }
}

params! {
    /// What [`Templates::preview`] shows.
    pub struct PreviewTemplate {
        /// The subject of the email.
        subject: String,
        /// The body, with variables.
        body: String,
        /// What stands before the `@` of the address that the email comes from.
        from_email_name: String,
        /// What stands before the `@` of the address that answers go to.
        reply_to_email_name: String,
    }
}

model! {
    /// A template of emails or text messages.
    #[serde(tag = "object", rename = "template")]
    pub struct Template {
        /// Its name for programs.
        pub slug: String,
        /// Its ID.
        pub id: Option<String>,
        /// The ID of the instance that it belongs to.
        pub instance_id: Option<String>,
        /// `system` for one of Clerk's, `user` for one that was changed.
        pub resource_type: String,
        /// What it is for.
        pub template_type: TemplateType,
        /// Its name for people.
        pub name: String,
        /// Its place in the list.
        pub position: i64,
        /// Whether it can be made again what Clerk made it.
        pub can_revert: bool,
        /// Whether it can be deleted.
        pub can_delete: bool,
        /// Whether its body can be changed.
        pub can_edit_body: bool,
        /// Whether it can be turned off.
        pub can_toggle: bool,
        /// The subject of the email.
        pub subject: Option<String>,
        /// What the editor makes the body from.
        pub markup: String,
        /// The body, with variables.
        pub body: String,
        /// The variables that the body may have.
        pub available_variables: Vec<String>,
        /// The variables that the body must have.
        pub required_variables: Vec<String>,
        /// What stands before the `@` of the address that the email comes from.
        pub from_email_name: Option<String>,
        /// What stands before the `@` of the address that answers go to.
        pub reply_to_email_name: Option<String>,
        /// Whether Clerk delivers what is made from it.
        pub delivered_by_clerk: bool,
        /// Whether it is in use.
        pub enabled: bool,
        /// Whether Clerk holds it for suspicious.
        pub flagged_as_suspicious: bool,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it was created.
        pub created_at: Timestamp,
    }
}
