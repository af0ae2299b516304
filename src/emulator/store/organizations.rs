//! Organizations and their members.

use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        id::new_id,
    },
    NO_IMAGE, Params, Store, fields,
};

/// A user's place in an organization.
pub(crate) struct Membership {
    pub(crate) organization_id: String,
    pub(crate) user_id: String,
    pub(crate) role: String,
    /// Each `org:FEATURE:PERMISSION`.
    pub(crate) permissions: Vec<String>,
}

impl Store {
    pub(crate) fn organization(&self, id_or_slug: &str) -> Result<&Value> {
        let with_slug = self.organizations.find(|organization| organization["slug"] == id_or_slug);
        with_slug.map_or_else(|| self.organizations.get(id_or_slug), Ok)
    }

    pub(crate) fn membership(&self, organization_id: &str, user_id: &str) -> Option<&Membership> {
        self.memberships.iter().find(|m| m.organization_id == organization_id && m.user_id == user_id)
    }

    /// Creates an organization; its creator, where one is named, becomes its admin.
    pub(crate) fn create_organization(&mut self, mut params: Params) -> Result<Value> {
        let name = fields::take_text(&mut params, "name")?.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| ClerkError::missing("name"))?;
        if name.chars().count() > 256 {
            return Err(ClerkError::param(
                "form_param_max_length_exceeded",
                "name",
                "name is longer than 256.",
            ));
        }
        let slug = match fields::take_text(&mut params, "slug")? {
            Some(slug) => self.free_slug(slug)?,
            None => self.slug_for(&name),
        };
        let mut organization = blank_organization(&name, &slug, self.now());
        let creator = fields::take_text(&mut params, "created_by")?;
        if let Some(user_id) = &creator {
            self.user(user_id)?;
            organization["created_by"] = json!(user_id);
        }
        for (name, value) in params {
            organization[&name] = match name.as_str() {
                "public_metadata" | "private_metadata" => fields::metadata(&name, value)?,
                "max_allowed_memberships" => match fields::count(&name, value)? {
                    Value::Null => continue,
                    count => count,
                },
                "created_at" => match fields::date(&name, value)? {
                    Value::Null => continue,
                    date => date,
                },
                "role_set_key" => fields::text(&name, value)?,
                _ => return Err(ClerkError::unknown(&name)),
            };
        }
        self.organizations.insert(organization.clone());
        if let (Some(user_id), Some(id)) = (creator, organization["id"].as_str()) {
            let organization_id = id.to_owned();
            self.put_member(Membership {
                organization_id,
                user_id,
                role: "org:admin".into(),
                permissions: vec![],
            })?;
        }
        Ok(organization)
    }

    /// Adds a member, or gives one another role and other permissions.
    pub(crate) fn put_member(&mut self, new: Membership) -> Result<()> {
        self.organization(&new.organization_id)?;
        self.user(&new.user_id)?;
        if new.permissions.iter().any(|permission| split_permission(permission).is_none()) {
            return Err(ClerkError::format("permissions", "of the form org:FEATURE:PERMISSION"));
        }
        self.memberships.retain(|m| m.organization_id != new.organization_id || m.user_id != new.user_id);
        self.memberships.push(new);
        Ok(())
    }

    pub(crate) fn members<'a>(&'a self, organization: &'a Value) -> impl Iterator<Item = &'a Membership> {
        self.memberships.iter().filter(|m| organization["id"] == m.organization_id.as_str())
    }

    fn has_slug(&self, slug: &str) -> bool {
        self.organizations.find(|organization| organization["slug"] == slug).is_some()
    }

    fn free_slug(&self, slug: String) -> Result<String> {
        let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || !slug.chars().all(is_slug) {
            return Err(ClerkError::format("slug", "of lowercase letters, digits and dashes"));
        }
        match self.has_slug(&slug) {
            true => Err(ClerkError::taken("slug")),
            false => Ok(slug),
        }
    }

    /// A slug that says the name, numbered if that one is taken.
    fn slug_for(&self, name: &str) -> String {
        let words: Vec<String> = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let slug = if words.is_empty() { "organization".to_owned() } else { words.join("-") };
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        std::iter::once(slug.clone()).chain(numbered).find(|slug| !self.has_slug(slug)).unwrap_or_default()
    }
}

/// Feature and permission of `org:FEATURE:PERMISSION`.
pub(crate) fn split_permission(permission: &str) -> Option<(&str, &str)> {
    let (feature, name) = permission.strip_prefix("org:")?.split_once(':')?;
    let is_name = |text: &str| !text.is_empty() && !text.contains([':', ',']);
    (is_name(feature) && is_name(name)).then_some((feature, name))
}

fn blank_organization(name: &str, slug: &str, now: i64) -> Value {
    json!({
        "object": "organization",
        "id": new_id("org"),
        "name": name,
        "slug": slug,
        "image_url": NO_IMAGE,
        "has_image": false,
        "max_allowed_memberships": 0,
        "admin_delete_enabled": true,
        "public_metadata": {},
        "private_metadata": {},
        "created_at": now,
        "updated_at": now,
        "role_set_key": null,
    })
}
