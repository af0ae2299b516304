//! Connections to enterprise identity providers, and directories.

mod accounts;
mod admin_portal_link_tokens;
mod connections;
mod directories;
mod test_runs;

pub use self::{
    accounts::{
        EnterpriseAccount, EnterpriseAccountConnection, EnterpriseProtocol, SamlAccount,
        SamlAccountConnection,
    },
    admin_portal_link_tokens::{
        AdminPortalLinkToken, AdminPortalLinkTokens, CreateAdminPortalLinkToken,
    },
    connections::{
        CreateEnterpriseConnection, CustomAttribute, EnterpriseConnection, EnterpriseConnections,
        EnterpriseOAuthConfig, EnterpriseProvider, EnterpriseSamlConnection,
        ListEnterpriseConnections, LoginHint, LoginHintMode, OidcSettings, SamlAttributeMapping,
        SamlSettings, UpdateEnterpriseConnection,
    },
    directories::{
        CreateDirectory, Directories, Directory, GroupRoleMapping, MapGroupToRole, UpdateDirectory,
    },
    test_runs::{
        EnterpriseTestRun, EnterpriseTestRunUrl, ListTestRuns, TestRunLog, TestRunOAuth,
        TestRunSaml, TestRunStatus, TestRunUser,
    },
};
