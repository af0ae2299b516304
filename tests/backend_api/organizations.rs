//! Organizations: members, invitations, domains, roles and permissions.

#![allow(deprecated, reason = "deprecated operations are part of the contract")]

use axum_clerk::api::*;
use serde_json::json;

use crate::{
    contract::Contract,
    samples::{image, paging, timestamp},
};

pub(crate) async fn call_all(contract: &Contract) {
    organizations(contract).await;
    domains(contract).await;
    invitations(contract).await;
    memberships(contract).await;
    permissions(contract).await;
    roles(contract).await;
    role_sets(contract).await;
}

async fn organizations(contract: &Contract) {
    let organizations = contract.clerk.organizations();

    let minimal = ListOrganizations::default();
    let full = minimal
        .clone()
        .include_members_count(true)
        .include_missing_member_with_elevated_permissions(true)
        .query("engines")
        .user_id(["user_1", "-user_2"])
        .organization_id(["org_1"])
        .order_by("-name")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizations", organizations.list(&minimal)).await;
    contract.check("ListOrganizations", organizations.list(&full)).await;
    contract.stream("ListOrganizations", organizations.stream(&full)).await;

    let minimal = GetOrganization::default();
    let full = minimal
        .clone()
        .include_members_count(true)
        .include_missing_member_with_elevated_permissions(true);
    contract.check("GetOrganization", organizations.get("org_1", &minimal)).await;
    contract.check("GetOrganization", organizations.get("engines", &full)).await;

    let minimal = CreateOrganization::new("Analytical Engines");
    let full = minimal
        .clone()
        .created_by("user_1")
        .private_metadata(json!({ "score": 1 }))
        .public_metadata(json!({ "plan": "free" }))
        .slug("engines")
        .max_allowed_memberships(5)
        .created_at(timestamp())
        .role_set_key("role_set:default");
    contract.check("CreateOrganization", organizations.create(&minimal)).await;
    contract.check("CreateOrganization", organizations.create(&full)).await;

    let minimal = UpdateOrganization::default();
    let full = minimal
        .clone()
        .name("Difference Engines")
        .slug("engines")
        .max_allowed_memberships(0)
        .admin_delete_enabled(true)
        .created_at(timestamp())
        .role_set_key("role_set:default");
    let clear = minimal.clone().slug(None).role_set_key(None);
    contract.check("UpdateOrganization", organizations.update("org_1", &minimal)).await;
    contract.check("UpdateOrganization", organizations.update("org_1", &full)).await;
    contract.check("UpdateOrganization", organizations.update("org_1", &clear)).await;

    let minimal = UpdateOrganizationMetadata::default();
    let full = minimal
        .clone()
        .public_metadata(json!({ "plan": "paid" }))
        .private_metadata(json!({ "score": null }));
    contract
        .check("MergeOrganizationMetadata", organizations.update_metadata("org_1", &minimal))
        .await;
    contract
        .check("MergeOrganizationMetadata", organizations.update_metadata("org_1", &full))
        .await;
    contract
        .check("ReplaceOrganizationMetadata", organizations.replace_metadata("org_1", &minimal))
        .await;
    contract
        .check("ReplaceOrganizationMetadata", organizations.replace_metadata("org_1", &full))
        .await;

    let (minimal, full) = (UploadLogo::default(), UploadLogo::default().uploader_user_id("user_1"));
    contract
        .check("UploadOrganizationLogo", organizations.upload_logo("org_1", image(), &minimal))
        .await;
    contract
        .check("UploadOrganizationLogo", organizations.upload_logo("org_1", image(), &full))
        .await;
    contract.check("DeleteOrganizationLogo", organizations.delete_logo("org_1")).await;
    contract.check("DeleteOrganization", organizations.delete("org_1")).await;
}

async fn domains(contract: &Contract) {
    let domains = contract.clerk.organization_domains();

    let minimal = ListOrganizationDomains::default();
    let full = minimal
        .clone()
        .verified(true)
        .enrollment_mode(EnrollmentMode::ManualInvitation)
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationDomains", domains.list("org_1", &minimal)).await;
    contract.check("ListOrganizationDomains", domains.list("org_1", &full)).await;
    contract.stream("ListOrganizationDomains", domains.stream("org_1", &full)).await;

    let minimal = ListAllOrganizationDomains::default();
    let full = minimal
        .clone()
        .organization_id("org_1")
        .verified(true)
        .enrollment_mode([EnrollmentMode::ManualInvitation, EnrollmentMode::AutomaticInvitation])
        .query("example")
        .domains(["example.com"])
        .order_by("-name")
        .limit(500)
        .offset(0);
    contract.check("ListAllOrganizationDomains", domains.list_all(&minimal)).await;
    contract.check("ListAllOrganizationDomains", domains.list_all(&full)).await;
    contract.stream("ListAllOrganizationDomains", domains.stream_all(&full)).await;

    let minimal = CreateOrganizationDomain::default();
    let full = minimal
        .clone()
        .name("example.com")
        .enrollment_mode(EnrollmentMode::AutomaticInvitation)
        .verified(true);
    contract.check("CreateOrganizationDomain", domains.create("org_1", &minimal)).await;
    contract.check("CreateOrganizationDomain", domains.create("org_1", &full)).await;

    let minimal = UpdateOrganizationDomain::default();
    let full = minimal.clone().enrollment_mode(EnrollmentMode::AutomaticSuggestion).verified(true);
    contract.check("UpdateOrganizationDomain", domains.update("org_1", "orgdmn_1", &minimal)).await;
    contract.check("UpdateOrganizationDomain", domains.update("org_1", "orgdmn_1", &full)).await;

    contract
        .check("VerifyOrganizationDomainOwnership", domains.verify_ownership("org_1", "orgdmn_1"))
        .await;
    contract.check("DeleteOrganizationDomain", domains.delete("org_1", "orgdmn_1")).await;
}

async fn invitations(contract: &Contract) {
    let invitations = contract.clerk.organization_invitations();

    let minimal = ListOrganizationInvitations::default();
    let full = minimal
        .clone()
        .status(InvitationStatus::Pending)
        .email_address("ada@example.com")
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationInvitations", invitations.list("org_1", &minimal)).await;
    contract.check("ListOrganizationInvitations", invitations.list("org_1", &full)).await;
    contract.stream("ListOrganizationInvitations", invitations.stream("org_1", &full)).await;

    let minimal = ListAllOrganizationInvitations::default();
    let full = minimal
        .clone()
        .status(InvitationStatus::Accepted)
        .query("ada")
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListInstanceOrganizationInvitations", invitations.list_all(&minimal)).await;
    contract.check("ListInstanceOrganizationInvitations", invitations.list_all(&full)).await;
    contract.stream("ListInstanceOrganizationInvitations", invitations.stream_all(&full)).await;

    let (minimal, full) = (Paging::default(), paging());
    contract
        .check("ListPendingOrganizationInvitations", invitations.list_pending("org_1", &minimal))
        .await;
    contract
        .check("ListPendingOrganizationInvitations", invitations.list_pending("org_1", &full))
        .await;
    contract
        .stream("ListPendingOrganizationInvitations", invitations.stream_pending("org_1", &full))
        .await;

    let minimal = CreateOrganizationInvitation::new("ada@example.com", "org:member");
    let full = minimal
        .clone()
        .inviter_user_id("user_1")
        .public_metadata(json!({ "team": "mill" }))
        .private_metadata(json!({ "score": 1 }))
        .redirect_url("https://example.com/welcome")
        .expires_in_days(7)
        .notify(true);
    contract.check("CreateOrganizationInvitation", invitations.create("org_1", &minimal)).await;
    contract.check("CreateOrganizationInvitation", invitations.create("org_1", &full)).await;
    contract
        .check(
            "CreateOrganizationInvitationBulk",
            invitations.bulk_create("org_1", &[minimal, full]),
        )
        .await;

    let minimal = RevokeOrganizationInvitation::default();
    let full = minimal.clone().requesting_user_id("user_1");
    contract
        .check("RevokeOrganizationInvitation", invitations.revoke("org_1", "orginv_1", &minimal))
        .await;
    contract
        .check("RevokeOrganizationInvitation", invitations.revoke("org_1", "orginv_1", &full))
        .await;
    contract.check("GetOrganizationInvitation", invitations.get("org_1", "orginv_1")).await;
}

async fn memberships(contract: &Contract) {
    let memberships = contract.clerk.organization_memberships();

    let minimal = ListOrganizationMemberships::default();
    let full = minimal
        .clone()
        .user_id(["user_1", "-user_2"])
        .email_address(["ada@example.com"])
        .phone_number(["+15555550100"])
        .username(["ada"])
        .web3_wallet(["0x1"])
        .role(["org:admin", "org:member"])
        .query("ada")
        .email_address_query("example.com")
        .phone_number_query("555")
        .username_query("ad")
        .name_query("love")
        .last_active_at_before(timestamp())
        .last_active_at_after(timestamp())
        .created_at_before(timestamp())
        .created_at_after(timestamp())
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationMemberships", memberships.list("org_1", &minimal)).await;
    contract.check("ListOrganizationMemberships", memberships.list("org_1", &full)).await;
    contract.stream("ListOrganizationMemberships", memberships.stream("org_1", &full)).await;

    let minimal = ListAllOrganizationMemberships::default();
    let full = minimal.clone().order_by("-created_at").limit(500).offset(0);
    contract.check("InstanceGetOrganizationMemberships", memberships.list_all(&minimal)).await;
    contract.check("InstanceGetOrganizationMemberships", memberships.list_all(&full)).await;
    contract.stream("InstanceGetOrganizationMemberships", memberships.stream_all(&full)).await;

    let minimal = CreateOrganizationMembership::new("user_1", "org:member");
    let full = minimal
        .clone()
        .public_metadata(json!({ "team": "mill" }))
        .private_metadata(json!({ "score": 1 }));
    contract.check("CreateOrganizationMembership", memberships.create("org_1", &minimal)).await;
    contract.check("CreateOrganizationMembership", memberships.create("org_1", &full)).await;

    let operation = "UpdateOrganizationMembershipMetadata";
    let minimal = UpdateOrganizationMembershipMetadata::default();
    let full = minimal.clone().public_metadata(json!({ "team": null })).private_metadata(json!({}));
    contract.check(operation, memberships.update_metadata("org_1", "user_1", &minimal)).await;
    contract.check(operation, memberships.update_metadata("org_1", "user_1", &full)).await;

    contract
        .check("UpdateOrganizationMembership", memberships.update("org_1", "user_1", "org:admin"))
        .await;
    contract.check("DeleteOrganizationMembership", memberships.delete("org_1", "user_1")).await;
}

async fn permissions(contract: &Contract) {
    let permissions = contract.clerk.organization_permissions();

    let minimal = ListOrganizationPermissions::default();
    let full = minimal.clone().query("billing").order_by("-name").limit(500).offset(0);
    contract.check("ListOrganizationPermissions", permissions.list(&minimal)).await;
    contract.check("ListOrganizationPermissions", permissions.list(&full)).await;
    contract.stream("ListOrganizationPermissions", permissions.stream(&full)).await;

    let minimal = CreateOrganizationPermission::new("Read bills", "org:billing:read");
    let full = minimal.clone().description("Every bill");
    contract.check("CreateOrganizationPermission", permissions.create(&minimal)).await;
    contract.check("CreateOrganizationPermission", permissions.create(&full)).await;

    let minimal = UpdateOrganizationPermission::default();
    let full = minimal.clone().name("Read bills").key("org:billing:read").description("Every bill");
    contract.check("UpdateOrganizationPermission", permissions.update("perm_1", &minimal)).await;
    contract.check("UpdateOrganizationPermission", permissions.update("perm_1", &full)).await;

    contract.check("GetOrganizationPermission", permissions.get("perm_1")).await;
    contract.check("DeleteOrganizationPermission", permissions.delete("perm_1")).await;
}

async fn roles(contract: &Contract) {
    let roles = contract.clerk.organization_roles();

    let minimal = ListOrganizationRoles::default();
    let full = minimal.clone().query("admin").order_by("-name").limit(500).offset(0);
    contract.check("ListOrganizationRoles", roles.list(&minimal)).await;
    contract.check("ListOrganizationRoles", roles.list(&full)).await;
    contract.stream("ListOrganizationRoles", roles.stream(&full)).await;

    let minimal = CreateOrganizationRole::new("Accountant", "org:accountant");
    let full = minimal
        .clone()
        .description("Pays")
        .permissions(["perm_1"])
        .include_in_initial_role_set(true);
    contract.check("CreateOrganizationRole", roles.create(&minimal)).await;
    contract.check("CreateOrganizationRole", roles.create(&full)).await;

    let minimal = UpdateOrganizationRole::default();
    let full = minimal
        .clone()
        .name("Accountant")
        .key("org:accountant")
        .description("Pays")
        .permissions(["perm_1"]);
    contract.check("UpdateOrganizationRole", roles.update("role_1", &minimal)).await;
    contract.check("UpdateOrganizationRole", roles.update("role_1", &full)).await;
    contract
        .check("UpdateOrganizationRole", roles.update("role_1", &minimal.description(None)))
        .await;

    contract.check("GetOrganizationRole", roles.get("role_1")).await;
    contract
        .check("AssignPermissionToOrganizationRole", roles.assign_permission("role_1", "perm_1"))
        .await;
    contract
        .check("RemovePermissionFromOrganizationRole", roles.remove_permission("role_1", "perm_1"))
        .await;
    contract.check("DeleteOrganizationRole", roles.delete("role_1")).await;
}

async fn role_sets(contract: &Contract) {
    let sets = contract.clerk.role_sets();

    let minimal = ListRoleSets::default();
    let full = minimal.clone().query("default").order_by("-name").limit(500).offset(0);
    contract.check("ListRoleSets", sets.list(&minimal)).await;
    contract.check("ListRoleSets", sets.list(&full)).await;
    contract.stream("ListRoleSets", sets.stream(&full)).await;

    let minimal =
        CreateRoleSet::new("Small", "org:member", "org:admin", ["org:member", "org:admin"]);
    let full =
        minimal.clone().key("role_set:small").description("For a few").r#type(RoleSetType::Initial);
    contract.check("CreateRoleSet", sets.create(&minimal)).await;
    contract.check("CreateRoleSet", sets.create(&full)).await;

    let minimal = UpdateRoleSet::default();
    let full = minimal
        .clone()
        .name("Small")
        .key("role_set:small")
        .description("For a few")
        .r#type(RoleSetType::Initial)
        .default_role_key("org:member")
        .creator_role_key("org:admin");
    contract.check("UpdateRoleSet", sets.update("role_set:small", &minimal)).await;
    contract.check("UpdateRoleSet", sets.update("role_set:small", &full)).await;
    contract
        .check("UpdateRoleSet", sets.update("role_set:small", &minimal.description(None)))
        .await;

    let minimal = ReplaceRoleSet::new("role_set:large");
    let full = minimal
        .clone()
        .reassignment_mappings([("org:member".to_owned(), "org:accountant".to_owned())]);
    contract.check("ReplaceRoleSet", sets.replace("role_set:small", &minimal)).await;
    contract.check("ReplaceRoleSet", sets.replace("role_set:small", &full)).await;

    let minimal = AddRolesToRoleSet::new(["org:accountant"]);
    let full = minimal.clone().default_role_key("org:accountant").creator_role_key("org:admin");
    contract.check("AddRolesToRoleSet", sets.add_roles("role_set:small", &minimal)).await;
    contract.check("AddRolesToRoleSet", sets.add_roles("role_set:small", &full)).await;

    contract.check("GetRoleSet", sets.get("role_set:small")).await;
    contract
        .check(
            "ReplaceRoleInRoleSet",
            sets.replace_role("role_set:small", "org:member", "org:accountant"),
        )
        .await;
}
