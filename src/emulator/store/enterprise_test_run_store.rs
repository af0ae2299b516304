//! Test runs of enterprise connections.

use serde_json::{Value, json};

use super::{enterprise_settings::check_identity_provider, state::Store};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// The time in which the URL of a test run must be visited, in milliseconds.
const LIFETIME: i64 = 10 * 60 * 1000;

impl Store {
    /// Creates a pending test run and returns its ID.
    pub(in crate::emulator) fn create_enterprise_test_run(
        &mut self,
        connection_id: &str,
    ) -> Result<String> {
        let connection = self.enterprise_connections.get(connection_id)?;
        let connection_type = if connection["saml"].is_null() { "oauth" } else { "saml" };
        let (id, now) = (new_id("entconntr"), self.now());
        self.enterprise_test_runs.insert(json!({
            "object": "enterprise_connection_test_run",
            "id": id,
            "enterprise_connection_id": connection_id,
            "status": "pending",
            "connection_type": connection_type,
            "parsed_user_info": null,
            "logs": [],
            "saml": null,
            "oauth": null,
            "created_at": now,
            "updated_at": now,
        }));
        Ok(id)
    }

    /// Returns the test runs of a connection as the Backend API represents them.
    pub(in crate::emulator) fn enterprise_test_runs_of(
        &self,
        connection_id: &str,
    ) -> Result<Vec<Value>> {
        self.enterprise_connections.get(connection_id)?;
        let runs = self.enterprise_test_runs.iter();
        let own = runs.filter(|run| run["enterprise_connection_id"] == connection_id);
        let document = |run: &Value| {
            let mut document = run.clone();
            if let Some(fields) = document.as_object_mut() {
                for name in ["object", "enterprise_connection_id", "updated_at"] {
                    fields.remove(name);
                }
            }
            document
        };
        Ok(own.map(document).collect())
    }

    /// Performs a test run, in place of an identity provider: it succeeds if the provider is set
    /// up. Returns whether it has succeeded.
    pub(in crate::emulator) fn perform_enterprise_test_run(&mut self, id: &str) -> Result<bool> {
        let mut run = self.enterprise_test_runs.get(id)?.clone();
        let now = self.now();
        let is_expired = run["created_at"].as_i64().is_none_or(|created| now >= created + LIFETIME);
        if run["status"] != "pending" || is_expired {
            return Err(ClerkError::gone("The test run is over or has expired."));
        }
        let connection_id = run["enterprise_connection_id"].as_str().unwrap_or_default();
        let connection = self.enterprise_connections.get(connection_id)?;
        let is_success = match check_identity_provider(connection) {
            Ok(()) => {
                let domain = connection["domains"][0].as_str().unwrap_or_default();
                run["parsed_user_info"] = json!({
                    "email_address": format!("test@{domain}"),
                    "first_name": "Test",
                    "last_name": "User",
                    "user_id": "1",
                });
                run["logs"] = json!([{
                    "level": "info",
                    "message": "The emulated identity provider has signed the user in.",
                }]);
                true
            }
            Err(error) => {
                run["logs"] = json!([{ "level": "error", "message": error.message() }]);
                false
            }
        };
        run["status"] = json!(if is_success { "success" } else { "failed" });
        self.enterprise_test_runs.replace(run, now);
        Ok(is_success)
    }
}
