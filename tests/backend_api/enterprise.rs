//! Enterprise sign-in: connections, directories and the admin portal.

#![allow(deprecated, reason = "deprecated operations are part of the contract")]

use axum_clerk::api::*;

use crate::{
    contract::Contract,
    samples::{paging, revocation},
};

pub(crate) async fn call_all(contract: &Contract) {
    admin_portal_link_tokens(contract).await;
    directories(contract).await;
    scim_directories(contract).await;
    enterprise_connections(contract).await;
    saml_connections(contract).await;
}

async fn admin_portal_link_tokens(contract: &Contract) {
    let tokens = contract.clerk.admin_portal_link_tokens();

    let minimal = CreateAdminPortalLinkToken::default();
    let full = minimal
        .clone()
        .organization_id("org_1")
        .it_contact_id("contact_1")
        .scopes(["sso"])
        .seconds_until_expiration(3600);
    contract.check("createAdminPortalLinkToken", tokens.create(&minimal)).await;
    contract.check("createAdminPortalLinkToken", tokens.create(&full)).await;

    contract
        .check("revokeAdminPortalLinkToken", tokens.revoke("aplt_1", &Revocation::default()))
        .await;
    contract.check("revokeAdminPortalLinkToken", tokens.revoke("aplt_1", &revocation())).await;
}

async fn directories(contract: &Contract) {
    let directories = contract.clerk.directories();

    let full = paging();
    contract.check("ListDirectories", directories.list(&Paging::default())).await;
    contract.check("ListDirectories", directories.list(&full)).await;
    contract.stream("ListDirectories", directories.stream(&full)).await;

    let by_id =
        MapGroupToRole::new("role_1").directory_group_id("group_1").scim_group_id("group_1");
    let by_name = by_id
        .clone()
        .directory_group_display_name("Staff")
        .scim_group_display_name("Staff")
        .precedence(1);

    let minimal = CreateDirectory::new("entconn_1", "okta");
    let full = minimal.clone().name("Example").group_role_mappings([by_name]);
    contract.check("CreateDirectory", directories.create(&minimal)).await;
    contract.check("CreateDirectory", directories.create(&full)).await;

    let operation = "CreateDirectoryGroupRoleMapping";
    let (minimal, full) = (MapGroupToRole::new("role_1"), by_id.clone().precedence(1));
    contract.check(operation, directories.create_group_role_mapping("dir_1", &minimal)).await;
    contract.check(operation, directories.create_group_role_mapping("dir_1", &full)).await;

    let operation = "ReplaceDirectoryGroupRoleMappings";
    contract.check(operation, directories.replace_group_role_mappings("dir_1", &[])).await;
    contract.check(operation, directories.replace_group_role_mappings("dir_1", &[by_id])).await;

    contract
        .check("UpdateDirectory", directories.update("dir_1", &UpdateDirectory::default()))
        .await;
    contract.check("UpdateDirectory", directories.update("dir_1", &directory_update())).await;

    contract.check("GetDirectory", directories.get("dir_1")).await;
    contract.check("RotateDirectoryAPIKey", directories.rotate_api_key("dir_1")).await;
    contract
        .check("ListDirectoryGroupRoleMappings", directories.list_group_role_mappings("dir_1"))
        .await;
    contract
        .check(
            "DeleteDirectoryGroupRoleMapping",
            directories.delete_group_role_mapping("dir_1", "map_1"),
        )
        .await;
    contract.check("DeleteDirectory", directories.delete("dir_1")).await;
}

async fn scim_directories(contract: &Contract) {
    let directories = contract.clerk.scim_directories();

    let full = paging();
    contract.check("ListSCIMDirectories", directories.list(&Paging::default())).await;
    contract.check("ListSCIMDirectories", directories.list(&full)).await;
    contract.stream("ListSCIMDirectories", directories.stream(&full)).await;

    let by_id = MapGroupToRole::new("role_1").scim_group_id("group_1");
    let by_name = by_id.clone().scim_group_display_name("Staff").precedence(1);

    let minimal = CreateDirectory::new("entconn_1", "okta");
    let full = minimal.clone().name("Example").group_role_mappings([by_name]);
    contract.check("CreateSCIMDirectory", directories.create(&minimal)).await;
    contract.check("CreateSCIMDirectory", directories.create(&full)).await;

    let operation = "CreateSCIMGroupRoleMapping";
    contract.check(operation, directories.create_group_role_mapping("dir_1", &by_id)).await;
    contract
        .check(
            operation,
            directories.create_group_role_mapping("dir_1", &by_id.clone().precedence(1)),
        )
        .await;

    let operation = "ReplaceSCIMGroupRoleMappings";
    contract.check(operation, directories.replace_group_role_mappings("dir_1", &[])).await;
    contract.check(operation, directories.replace_group_role_mappings("dir_1", &[by_id])).await;

    contract
        .check("UpdateSCIMDirectory", directories.update("dir_1", &UpdateDirectory::default()))
        .await;
    contract.check("UpdateSCIMDirectory", directories.update("dir_1", &directory_update())).await;

    contract.check("GetSCIMDirectory", directories.get("dir_1")).await;
    contract.check("RotateSCIMDirectoryAPIKey", directories.rotate_api_key("dir_1")).await;
    contract
        .check("ListSCIMGroupRoleMappings", directories.list_group_role_mappings("dir_1"))
        .await;
    contract
        .check(
            "DeleteSCIMGroupRoleMapping",
            directories.delete_group_role_mapping("dir_1", "map_1"),
        )
        .await;
    contract.check("DeleteSCIMDirectory", directories.delete("dir_1")).await;
}

async fn enterprise_connections(contract: &Contract) {
    let connections = contract.clerk.enterprise_connections();

    let minimal = ListEnterpriseConnections::default();
    let full = minimal.clone().limit(500).offset(0).organization_id("org_1").active(true);
    contract.check("ListEnterpriseConnections", connections.list(&minimal)).await;
    contract.check("ListEnterpriseConnections", connections.list(&full)).await;
    contract.stream("ListEnterpriseConnections", connections.stream(&full)).await;

    let saml = SamlSettings::default()
        .idp_entity_id("https://okta.example.com")
        .idp_sso_url("https://okta.example.com/sso")
        .idp_certificate("MIIC")
        .idp_metadata_url("https://okta.example.com/metadata")
        .idp_metadata("<EntityDescriptor/>")
        .attribute_mapping(attribute_mapping())
        .allow_subdomains(true)
        .allow_idp_initiated(true)
        .force_authn(true)
        .login_hint(login_hint());
    let oidc = OidcSettings::default()
        .client_id("client_1")
        .client_secret("secret")
        .discovery_url("https://okta.example.com/.well-known/openid-configuration")
        .auth_url("https://okta.example.com/authorize")
        .token_url("https://okta.example.com/token")
        .user_info_url("https://okta.example.com/user")
        .requires_pkce(true);
    let attribute = CustomAttribute::new("Cost center", "cost_center")
        .sso_path("costCenter")
        .scim_path("enterprise.costCenter")
        .directory_path("enterprise.costCenter")
        .multi_valued(false);

    let minimal =
        CreateEnterpriseConnection::new("Example", EnterpriseProvider::SamlOkta, ["example.com"]);
    let full = minimal
        .clone()
        .organization_id("org_1")
        .allow_organization_account_linking(true)
        .active(true)
        .saml(saml.clone())
        .oidc(oidc.clone())
        .custom_attributes([attribute.clone()]);
    contract.check("CreateEnterpriseConnection", connections.create(&minimal)).await;
    contract.check("CreateEnterpriseConnection", connections.create(&full)).await;

    let minimal = UpdateEnterpriseConnection::default();
    let full = minimal
        .clone()
        .name("Example")
        .domains(["example.com"])
        .active(true)
        .sync_user_attributes(true)
        .disable_additional_identifications(true)
        .allow_organization_account_linking(true)
        .organization_id("org_1")
        .saml(saml.name("Okta"))
        .oidc(oidc)
        .custom_attributes([attribute]);
    let clear = minimal
        .clone()
        .saml(
            SamlSettings::default().idp_metadata_url(None).attribute_mapping(None).login_hint(None),
        )
        .oidc(OidcSettings::default().client_secret(None).discovery_url(None));
    contract.check("UpdateEnterpriseConnection", connections.update("entconn_1", &minimal)).await;
    contract.check("UpdateEnterpriseConnection", connections.update("entconn_1", &full)).await;
    contract.check("UpdateEnterpriseConnection", connections.update("entconn_1", &clear)).await;

    let minimal = ListTestRuns::default();
    let full = minimal
        .clone()
        .status([TestRunStatus::Success, TestRunStatus::Failed])
        .limit(500)
        .offset(0);
    contract
        .check(
            "ListEnterpriseConnectionTestRuns",
            connections.list_test_runs("entconn_1", &minimal),
        )
        .await;
    contract
        .check("ListEnterpriseConnectionTestRuns", connections.list_test_runs("entconn_1", &full))
        .await;
    contract
        .stream(
            "ListEnterpriseConnectionTestRuns",
            connections.stream_test_runs("entconn_1", &full),
        )
        .await;
    contract
        .check("CreateEnterpriseConnectionTestRun", connections.create_test_run("entconn_1"))
        .await;

    contract.check("GetEnterpriseConnection", connections.get("entconn_1")).await;
    contract.check("DeleteEnterpriseConnection", connections.delete("entconn_1")).await;
}

async fn saml_connections(contract: &Contract) {
    let connections = contract.clerk.saml_connections();

    let minimal = ListSamlConnections::default();
    let full = minimal
        .clone()
        .limit(500)
        .offset(0)
        .query("okta")
        .order_by("-name")
        .organization_id(["org_1", "-org_2"]);
    contract.check("ListSAMLConnections", connections.list(&minimal)).await;
    contract.check("ListSAMLConnections", connections.list(&full)).await;
    contract.stream("ListSAMLConnections", connections.stream(&full)).await;

    let minimal =
        CreateSamlConnection::new("Example", EnterpriseProvider::SamlCustom, ["example.com"]);
    let full = minimal
        .clone()
        .domain("example.com")
        .idp_entity_id("https://okta.example.com")
        .idp_sso_url("https://okta.example.com/sso")
        .idp_certificate("MIIC")
        .idp_metadata_url("https://okta.example.com/metadata")
        .idp_metadata("<EntityDescriptor/>")
        .organization_id("org_1")
        .attribute_mapping(attribute_mapping())
        .force_authn(true)
        .login_hint(login_hint());
    contract.check("CreateSAMLConnection", connections.create(&minimal)).await;
    contract.check("CreateSAMLConnection", connections.create(&full)).await;

    let minimal = UpdateSamlConnection::default();
    let full = minimal
        .clone()
        .name("Example")
        .domain("example.com")
        .domains(["example.com"])
        .idp_entity_id("https://okta.example.com")
        .idp_sso_url("https://okta.example.com/sso")
        .idp_certificate("MIIC")
        .idp_metadata_url("https://okta.example.com/metadata")
        .idp_metadata("<EntityDescriptor/>")
        .organization_id("org_1")
        .attribute_mapping(attribute_mapping())
        .active(true)
        .sync_user_attributes(true)
        .allow_subdomains(true)
        .allow_idp_initiated(true)
        .disable_additional_identifications(true)
        .allow_organization_account_linking(true)
        .force_authn(true)
        .login_hint(login_hint())
        .consent_verified_domains_deletion(true);
    let clear = minimal
        .clone()
        .idp_entity_id(None)
        .idp_sso_url(None)
        .idp_certificate(None)
        .idp_metadata_url(None)
        .idp_metadata(None)
        .organization_id(None)
        .attribute_mapping(None)
        .login_hint(None);
    contract.check("UpdateSAMLConnection", connections.update("samlc_1", &minimal)).await;
    contract.check("UpdateSAMLConnection", connections.update("samlc_1", &full)).await;
    contract.check("UpdateSAMLConnection", connections.update("samlc_1", &clear)).await;

    contract.check("GetSAMLConnection", connections.get("samlc_1")).await;
    contract.check("DeleteSAMLConnection", connections.delete("samlc_1")).await;
}

fn directory_update() -> UpdateDirectory {
    UpdateDirectory::default()
        .name("Example")
        .enabled(true)
        .provider("okta")
        .attribute_mapping([
            ("first_name".to_owned(), Some("name.givenName".to_owned())),
            ("last_name".to_owned(), None),
        ])
        .group_role_mapping_enabled(true)
}

fn attribute_mapping() -> SamlAttributeMapping {
    SamlAttributeMapping::default()
        .user_id("uid")
        .email_address("mail")
        .first_name("givenName")
        .last_name("surname")
}

fn login_hint() -> LoginHint {
    LoginHint::new(LoginHintMode::CustomAttribute).source("employee_number")
}
