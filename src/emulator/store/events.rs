//! The events of changes, found by comparing the store with what it was before.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    records::{Membership, Session, SessionStatus, Table},
    snapshot::Snapshot,
    state::Store,
};
use crate::emulator::webhooks::Event;

impl Store {
    /// Starts to record changes for [`take_events`](Self::take_events).
    pub(super) fn record_events(&mut self) {
        if self.snapshot.is_none() {
            self.snapshot = Some(self.take_snapshot(HashMap::new()));
        }
    }

    /// Returns the events of all changes since the last call: first of what was created or updated,
    /// then of what was deleted. What other resources belong to comes first and is deleted last.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        let Some(before) = self.snapshot.take() else { return Vec::new() };
        let permissions = Changes::between(&before.permissions, &self.permissions);
        let roles = Changes::between(&before.roles, &self.roles);
        let users = Changes::between(&before.users, &self.users);
        let organizations = Changes::between(&before.organizations, &self.organizations);
        let domains = Changes::between(&before.domains, &self.organization_domains);
        let invitations = Changes::between(&before.invitations, &self.organization_invitations);
        let as_stored = |row: &Value| row.clone();
        let role = |role: &Value| self.role_document(role);

        let mut events = Vec::new();
        permissions.report("permission.created", "permission.updated", as_stored, &mut events);
        roles.report("role.created", "role.updated", role, &mut events);
        users.report("user.created", "user.updated", as_stored, &mut events);
        organizations.report(
            "organization.created",
            "organization.updated",
            as_stored,
            &mut events,
        );
        domains.report(
            "organizationDomain.created",
            "organizationDomain.updated",
            as_stored,
            &mut events,
        );
        self.report_invitations(&invitations, &mut events);
        let documents = self.report_memberships(&before.memberships, &mut events);
        self.report_sessions(&before, &mut events);
        self.report_billing(&before.accounts, &mut events);

        domains.report_deleted("organizationDomain.deleted", &[], &mut events);
        organizations.report_deleted("organization.deleted", &["slug"], &mut events);
        users.report_deleted("user.deleted", &["external_id"], &mut events);
        roles.report_deleted("role.deleted", &[], &mut events);
        permissions.report_deleted("permission.deleted", &[], &mut events);

        self.snapshot = Some(self.take_snapshot(documents));
        events
    }

    /// `documents` are those of memberships that are known already.
    fn take_snapshot(&self, mut documents: HashMap<String, Value>) -> Snapshot {
        let membership = |membership: &Membership| {
            let known = documents.remove(&membership.id);
            let document = known.or_else(|| self.membership_document(membership).ok());
            (membership.clone(), document.unwrap_or_default())
        };
        Snapshot {
            permissions: self.permissions.rows().to_vec(),
            roles: self.roles.rows().to_vec(),
            users: self.users.rows().to_vec(),
            organizations: self.organizations.rows().to_vec(),
            domains: self.organization_domains.rows().to_vec(),
            invitations: self.organization_invitations.rows().to_vec(),
            memberships: self.memberships.iter().map(membership).collect(),
            sessions: self.sessions.iter().map(|one| (one.id.clone(), one.status)).collect(),
            accounts: self.billing.accounts.clone(),
        }
    }

    /// Invitations that disappear with their organization have no event.
    fn report_invitations(&self, changes: &Changes<'_>, events: &mut Vec<Event>) {
        let document = |invitation: &Value| {
            let mut document = self.organization_invitation_document(invitation);
            document["data"] = json!({
                "public_organization_data":
                    self.public_organization_data(&invitation["organization_id"]),
            });
            document
        };
        for invitation in &changes.created {
            let event_type = "organizationInvitation.created";
            events.push(Event { event_type, data: document(invitation) });
        }
        for (before, invitation) in &changes.updated {
            let mut data = document(invitation);
            let event_type = match invitation["status"].as_str() {
                status if before["status"].as_str() == status => continue,
                Some("accepted") => {
                    let email_address = invitation["email_address"].as_str().unwrap_or_default();
                    let user = self.user_with_email_address(email_address);
                    data["user_id"] = json!(user.map(|user| &user["id"]));
                    "organizationInvitation.accepted"
                }
                Some("revoked") => "organizationInvitation.revoked",
                _ => continue,
            };
            events.push(Event { event_type, data });
        }
    }

    /// Returns the documents of the current memberships.
    fn report_memberships(
        &self,
        before: &[(Membership, Value)],
        events: &mut Vec<Event>,
    ) -> HashMap<String, Value> {
        let mut known: HashMap<&str, _> =
            before.iter().map(|one| (one.0.id.as_str(), one)).collect();
        let mut documents = HashMap::new();
        for membership in &self.memberships {
            let event_type = match known.remove(membership.id.as_str()) {
                Some((before, document)) if before == membership => {
                    documents.insert(membership.id.clone(), document.clone());
                    continue;
                }
                Some(_) => "organizationMembership.updated",
                None => "organizationMembership.created",
            };
            let data = self.membership_document(membership).unwrap_or_default();
            documents.insert(membership.id.clone(), data.clone());
            events.push(Event { event_type, data });
        }
        for (membership, document) in before {
            if known.contains_key(membership.id.as_str()) {
                let current = self.membership_document(membership);
                let data = current.unwrap_or_else(|_| document.clone());
                events.push(Event { event_type: "organizationMembership.deleted", data });
            }
        }
        documents
    }

    /// Sessions that expire have no event.
    fn report_sessions(&self, before: &Snapshot, events: &mut Vec<Event>) {
        for session in &self.sessions {
            let event_type = match session.status {
                status if before.sessions.get(&session.id) == Some(&status) => continue,
                SessionStatus::Active => "session.created",
                SessionStatus::Pending => "session.pending",
                SessionStatus::Ended | SessionStatus::Replaced => "session.ended",
                SessionStatus::Removed => "session.removed",
                SessionStatus::Revoked => "session.revoked",
                SessionStatus::Expired | SessionStatus::Abandoned => continue,
            };
            let data = self.session_event_data(session, &before.users);
            events.push(Event { event_type, data });
        }
    }

    /// Returns a session with its user, who may have been deleted along with it.
    fn session_event_data(&self, session: &Session, deleted_users: &[Arc<Value>]) -> Value {
        let mut data = session.document(self.now());
        let mut all_users =
            self.users.iter().chain(deleted_users.iter().map(|user| -> &Value { user }));
        data["user"] = json!(all_users.find(|user| user["id"] == session.user_id.as_str()));
        if let Some(fields) = data.as_object_mut() {
            // Webhooks do not have it, according to Clerk's description.
            fields.remove("tasks");
        }
        data
    }
}

/// The changes of a table.
struct Changes<'a> {
    created: Vec<&'a Value>,
    /// Each updated row as it was and as it is.
    updated: Vec<(&'a Value, &'a Value)>,
    deleted: Vec<&'a Value>,
}

impl<'a> Changes<'a> {
    fn between(before: &'a [Arc<Value>], after: &'a Table) -> Self {
        let mut known: HashMap<&str, &Arc<Value>> =
            before.iter().map(|row| (id(row), row)).collect();
        let mut changes = Self { created: Vec::new(), updated: Vec::new(), deleted: Vec::new() };
        for row in after.rows() {
            match known.remove(id(row)) {
                None => changes.created.push(row),
                Some(before) if Arc::ptr_eq(before, row) || is_same(before, row) => {}
                Some(before) => changes.updated.push((before, row)),
            }
        }
        let is_deleted = |row: &&Arc<Value>| known.contains_key(id(row));
        changes.deleted = before.iter().filter(is_deleted).map(|row| -> &Value { row }).collect();
        changes
    }

    fn report(
        &self,
        created: &'static str,
        updated: &'static str,
        document: impl Fn(&Value) -> Value,
        events: &mut Vec<Event>,
    ) {
        let created = self.created.iter().map(|row| (created, *row));
        let updated = self.updated.iter().map(|(_, row)| (updated, *row));
        for (event_type, row) in created.chain(updated) {
            events.push(Event { event_type, data: document(row) });
        }
    }

    /// Reports the deleted rows with Clerk's confirmation, which keeps some of their fields.
    fn report_deleted(&self, event_type: &'static str, fields: &[&str], events: &mut Vec<Event>) {
        for row in &self.deleted {
            let mut data = json!({ "object": row["object"], "id": row["id"], "deleted": true });
            for field in fields.iter().filter(|field| row[**field].is_string()) {
                data[*field] = row[*field].clone();
            }
            events.push(Event { event_type, data });
        }
    }
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap_or_default()
}

/// Returns whether a row is unchanged, apart from the remaining time of a lockout, which changes
/// every second.
fn is_same(before: &Value, after: &Value) -> bool {
    let comparable = |row: &Value| {
        let mut row = row.clone();
        row["lockout_expires_in_seconds"] = Value::Null;
        row
    };
    comparable(before) == comparable(after)
}
