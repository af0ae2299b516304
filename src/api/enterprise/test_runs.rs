//! Test runs of enterprise connections.

use super::{accounts::EnterpriseProtocol, connections::EnterpriseConnections};
use crate::{
    api::{
        error::Result,
        transport::Items,
        types::{Page, Secret},
    },
    timestamp::Timestamp,
};

impl EnterpriseConnections<'_> {
    /// Lists the test runs of an enterprise connection.
    ///
    /// `GET /enterprise_connections/{enterprise_connection_id}/test_runs`
    pub async fn list_test_runs(
        self,
        connection_id: &str,
        params: &ListTestRuns,
    ) -> Result<Page<EnterpriseTestRun>> {
        let path = "/enterprise_connections/{enterprise_connection_id}/test_runs";
        self.0.get(path, [connection_id]).query(params).send().await
    }

    /// Streams the test runs of an enterprise connection from all pages.
    ///
    /// `GET /enterprise_connections/{enterprise_connection_id}/test_runs`
    pub fn stream_test_runs(
        self,
        connection_id: &str,
        params: &ListTestRuns,
    ) -> Items<EnterpriseTestRun> {
        let path = "/enterprise_connections/{enterprise_connection_id}/test_runs";
        self.0.get(path, [connection_id]).query(params).stream()
    }

    /// Creates a test run. It starts when someone visits the returned URL and signs in.
    ///
    /// `POST /enterprise_connections/{enterprise_connection_id}/test_runs`
    pub async fn create_test_run(self, connection_id: &str) -> Result<EnterpriseTestRunUrl> {
        let path = "/enterprise_connections/{enterprise_connection_id}/test_runs";
        self.0.post(path, [connection_id]).send().await
    }
}

params! {
    /// Parameters for [`EnterpriseConnections::list_test_runs`].
    pub struct ListTestRuns {
        /// Only test runs with one of these statuses.
        status: [TestRunStatus],
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

open_enum! {
    /// The status of a test run.
    pub enum TestRunStatus {
        /// Waiting for someone to sign in.
        Pending = "pending",
        /// The test run succeeded.
        Success = "success",
        /// The test run failed.
        Failed = "failed",
    }
}

model! {
    /// The URL of a test run.
    pub struct EnterpriseTestRunUrl {
        /// The URL that starts the test run. It is valid for a short time.
        pub url: String,
    }
}

model! {
    /// A test run of an enterprise connection.
    pub struct EnterpriseTestRun {
        /// The test run's ID.
        pub id: String,
        /// The test run's status.
        pub status: TestRunStatus,
        /// The protocol that the provider uses.
        pub connection_type: EnterpriseProtocol,
        /// The user information that Clerk received from the provider.
        pub parsed_user_info: Option<TestRunUser>,
        /// The log of the test run.
        pub logs: Option<Vec<TestRunLog>>,
        /// The exchanged SAML messages, if the provider uses SAML.
        pub saml: Option<TestRunSaml>,
        /// The received tokens and user information, if the provider uses OpenID Connect.
        pub oauth: Option<TestRunOAuth>,
        /// The time when the test run was created.
        pub created_at: Timestamp,
    }
}

model! {
    /// The user information received in a test run.
    pub struct TestRunUser {
        /// The provider's ID for the user.
        pub user_id: Option<String>,
        /// The user's email address.
        pub email_address: Option<String>,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
    }
}

model! {
    /// A log entry of a test run.
    pub struct TestRunLog {
        /// The message.
        pub message: String,
        /// The severity.
        pub level: String,
        /// The machine-readable code of the event.
        pub code: Option<String>,
        /// A short version of the message.
        pub short_message: Option<String>,
    }
}

model! {
    /// The SAML messages exchanged in a test run.
    pub struct TestRunSaml {
        /// The request sent by Clerk.
        pub saml_request: Option<String>,
        /// The provider's response.
        pub saml_response: Option<Secret>,
        /// The relay state, which the provider returns unchanged.
        pub relay_state: Option<String>,
    }
}

model! {
    /// The tokens and user information received in an OpenID Connect test run.
    pub struct TestRunOAuth {
        /// The ID token.
        pub id_token: Option<Secret>,
        /// The access token.
        pub access_token: Option<Secret>,
        /// The response of the user info endpoint.
        pub user_info: Option<String>,
    }
}
