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

    /// Streams the test runs of an enterprise connection, from all pages.
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

    /// Begins a test run, which goes on where somebody visits its URL and signs in.
    ///
    /// `POST /enterprise_connections/{enterprise_connection_id}/test_runs`
    pub async fn create_test_run(self, connection_id: &str) -> Result<EnterpriseTestRunUrl> {
        let path = "/enterprise_connections/{enterprise_connection_id}/test_runs";
        self.0.post(path, [connection_id]).send().await
    }
}

params! {
    /// Which test runs [`EnterpriseConnections::list_test_runs`] returns.
    pub struct ListTestRuns {
        /// Of one of these outcomes.
        status: [TestRunStatus],
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

open_enum! {
    /// How far a test run is.
    pub enum TestRunStatus {
        /// Nobody has signed in yet.
        Pending = "pending",
        /// It worked.
        Success = "success",
        /// It did not.
        Failed = "failed",
    }
}

model! {
    /// Where a test run goes on.
    pub struct EnterpriseTestRunUrl {
        /// The URL, good for a short while.
        pub url: String,
    }
}

model! {
    /// A test run of an enterprise connection.
    pub struct EnterpriseTestRun {
        /// Its ID.
        pub id: String,
        /// How far it is.
        pub status: TestRunStatus,
        /// What the provider speaks.
        pub connection_type: EnterpriseProtocol,
        /// What Clerk learnt of the user.
        pub parsed_user_info: Option<TestRunUser>,
        /// What happened.
        pub logs: Option<Vec<TestRunLog>>,
        /// What was said, where the provider speaks SAML.
        pub saml: Option<TestRunSaml>,
        /// What was said, where the provider speaks OpenID Connect.
        pub oauth: Option<TestRunOAuth>,
        /// When it was created.
        pub created_at: Timestamp,
    }
}

model! {
    /// What a test run learnt of the user.
    pub struct TestRunUser {
        /// The provider's own ID of the user.
        pub user_id: Option<String>,
        /// The email address.
        pub email_address: Option<String>,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
    }
}

model! {
    /// Something that happened in a test run.
    pub struct TestRunLog {
        /// What happened.
        pub message: String,
        /// How bad it is.
        pub level: String,
        /// What happened, for programs.
        pub code: Option<String>,
        /// What happened, in short.
        pub short_message: Option<String>,
    }
}

model! {
    /// What was said in a test run, by SAML.
    pub struct TestRunSaml {
        /// What Clerk sent.
        pub saml_request: Option<String>,
        /// What the provider sent.
        pub saml_response: Option<Secret>,
        /// What came back as it was sent.
        pub relay_state: Option<String>,
    }
}

model! {
    /// What was said in a test run, by OpenID Connect.
    pub struct TestRunOAuth {
        /// The ID token.
        pub id_token: Option<Secret>,
        /// The access token.
        pub access_token: Option<Secret>,
        /// The answer to the question for the user's attributes.
        pub user_info: Option<String>,
    }
}
