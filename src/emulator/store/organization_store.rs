//! Organizations.

use serde_json::{Value, json};

use super::{
    billing::PayerKind,
    records::{NO_IMAGE, metadata},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

/// The kinds of metadata of an organization.
const METADATA: [&str; 2] = ["public_metadata", "private_metadata"];

impl Store {
    pub(in crate::emulator) fn organization(&self, id_or_slug: &str) -> Result<&Value> {
        let with_slug = self.organizations.find(|organization| organization["slug"] == id_or_slug);
        with_slug.map_or_else(|| self.organizations.get(id_or_slug), Ok)
    }

    /// Returns what users can see about an organization without being members.
    pub(in crate::emulator) fn public_organization_data(&self, id: &Value) -> Value {
        let mut document = json!({});
        if let Some(organization) =
            self.organizations.find(|organization| organization["id"] == *id)
        {
            for name in ["id", "name", "slug", "image_url", "has_image"] {
                document[name] = organization[name].clone();
            }
        }
        document
    }

    /// Creates an organization. Its creator, if given, becomes a member with the default role for
    /// creators.
    pub(in crate::emulator) fn create_organization(&mut self, mut params: Params) -> Result<Value> {
        let name = fields::take_required(&mut params, "name")?;
        let mut organization = blank_organization(&name, self.now());
        organization["role_set_key"] = self.initial_role_set()["key"].clone();
        let settings = &self.settings.organizations;
        for name in ["max_allowed_memberships", "admin_delete_enabled"] {
            organization[name] = settings[name].clone();
        }
        for kind in METADATA {
            organization[kind] = fields::metadata(kind, params.remove(kind).unwrap_or_default())?;
        }
        let creator = fields::take_string(&mut params, "created_by")?;
        self.set_organization_attributes(&mut organization, params)?;
        if organization["slug"].is_null() {
            organization["slug"] = json!(self.slug_for(&name));
        }
        if let Some(user_id) = &creator {
            if self.user(user_id).is_err() {
                let message = format!("The user {user_id} was not found.");
                let code = "organization_creator_not_found";
                return Err(ClerkError::bad_request(code, message));
            }
            organization["created_by"] = json!(user_id);
        }
        self.organizations.insert(organization.clone());
        self.open_account(PayerKind::Organization, organization["id"].as_str().unwrap_or_default());
        if let (Some(user_id), Some(id)) = (creator, organization["id"].as_str()) {
            let role = self.creator_role(&organization)?;
            self.add_membership(id, &user_id, &role, metadata(None, None))?;
        }
        Ok(organization)
    }

    pub(in crate::emulator) fn update_organization(
        &mut self,
        id: &str,
        params: Params,
    ) -> Result<Value> {
        let mut organization = self.organizations.get(id)?.clone();
        self.set_organization_attributes(&mut organization, params)?;
        Ok(self.replace_organization(organization))
    }

    /// Updates the given kinds of metadata, either by merging into the current values or by
    /// replacing them.
    pub(in crate::emulator) fn set_organization_metadata(
        &mut self,
        id: &str,
        params: Params,
        merges: bool,
    ) -> Result<Value> {
        let mut organization = self.organizations.get(id)?.clone();
        fields::set_metadata(&mut organization, &METADATA, params, merges)?;
        Ok(self.replace_organization(organization))
    }

    pub(in crate::emulator) fn set_organization_logo(
        &mut self,
        id: &str,
        url: &str,
    ) -> Result<Value> {
        let mut organization = self.organizations.get(id)?.clone();
        organization["image_url"] = json!(url);
        organization["has_image"] = json!(true);
        Ok(self.replace_organization(organization))
    }

    pub(in crate::emulator) fn delete_organization_logo(&mut self, id: &str) -> Result<Value> {
        let mut organization = self.organizations.get(id)?.clone();
        if organization["has_image"] == false {
            let message = "The organization has no logo.";
            return Err(ClerkError::not_found("image_not_found", message));
        }
        organization["image_url"] = json!(NO_IMAGE);
        organization["has_image"] = json!(false);
        Ok(self.replace_organization(organization))
    }

    /// Deletes an organization and everything that belongs to it.
    pub(in crate::emulator) fn delete_organization(&mut self, id: &str) -> Result<Value> {
        let deleted = self.organizations.delete(id)?;
        self.close_account(PayerKind::Organization, id);
        self.memberships.retain(|membership| membership.organization_id != id);
        self.organization_invitations.retain(|invitation| invitation["organization_id"] != id);
        self.organization_domains.retain(|domain| domain["organization_id"] != id);
        self.unlink_enterprise_connections(id);
        self.revoke_credentials(|credential| credential.subject == id);
        self.leave_organization(id, |_| true);
        Ok(deleted)
    }

    fn replace_organization(&mut self, organization: Value) -> Value {
        let now = self.now();
        self.organizations.replace(organization, now)
    }

    /// Sets the attributes that can be given on creation and changed later. For most of them, null
    /// keeps the current value.
    fn set_organization_attributes(&self, organization: &mut Value, params: Params) -> Result<()> {
        for (name, value) in params {
            let value = match name.as_str() {
                "slug"
                    if value.is_string()
                        && self.settings.organizations["slug_disabled"] == true =>
                {
                    let message = "Organization slugs are not enabled for this instance.";
                    return Err(ClerkError::forbidden("organization_slugs_disabled", message));
                }
                "name" | "slug" => fields::text(&name, value)?,
                "max_allowed_memberships" => fields::count(&name, value)?,
                "admin_delete_enabled" => fields::flag(&name, value)?,
                "created_at" => fields::date(&name, value)?,
                "role_set_key" => self.applicable_role_set_key(organization, value)?,
                _ => return Err(ClerkError::unknown_param(&name)),
            };
            if !value.is_null() {
                organization[&name] = value;
            }
        }
        check_organization_name(&organization["name"])?;
        if let Some(slug) = organization["slug"].as_str() {
            let is_slug =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if slug.is_empty() || !slug.bytes().all(is_slug) {
                return Err(ClerkError::invalid_format(
                    "slug",
                    "made up of lowercase letters, digits and dashes",
                ));
            }
            self.organizations.check_unique(organization, "slug")?;
        }
        Ok(())
    }

    /// Derives an unused slug from a name, with a number if necessary.
    fn slug_for(&self, name: &str) -> String {
        let words: Vec<String> = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let slug = if words.is_empty() { "organization".to_owned() } else { words.join("-") };
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        let is_free =
            |slug: &String| self.organizations.find(|other| other["slug"] == *slug).is_none();
        std::iter::once(slug.clone()).chain(numbered).find(is_free).unwrap_or_default()
    }
}

fn check_organization_name(name: &Value) -> Result<()> {
    fields::check_name(name)?;
    let name = name.as_str().unwrap_or_default();
    if name.chars().count() > 256 {
        return Err(ClerkError::too_long("name", 256));
    }
    if name.contains("://") || name.contains('<') && name.contains('>') {
        return Err(ClerkError::invalid_value("name", "free of URLs and HTML"));
    }
    Ok(())
}

fn blank_organization(name: &str, now: i64) -> Value {
    json!({
        "object": "organization",
        "id": new_id("org"),
        "name": name,
        "slug": null,
        "image_url": NO_IMAGE,
        "has_image": false,
        "public_metadata": {},
        "private_metadata": {},
        "created_at": now,
        "updated_at": now,
        "role_set_key": null,
    })
}
