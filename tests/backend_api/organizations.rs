//! Organizations, their members, invitations and domains, and the roles and permissions in them.
#![allow(deprecated)]

use axum_clerk::{Timestamp, api::*};
use serde_json::json;

use crate::contract::Contract;

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
    let then = Timestamp::from_millis(1_700_000_000_000);

    let least = ListOrganizations::default();
    let most = least
        .clone()
        .include_members_count(true)
        .include_missing_member_with_elevated_permissions(true)
        .query("engines")
        .user_id(["user_1", "-user_2"])
        .organization_id(["org_1"])
        .order_by("-name")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizations", organizations.list(&least)).await;
    contract.check("ListOrganizations", organizations.list(&most)).await;
    contract.stream("ListOrganizations", organizations.stream(&most)).await;

    let least = GetOrganization::default();
    let most = least
        .clone()
        .include_members_count(true)
        .include_missing_member_with_elevated_permissions(true);
    contract.check("GetOrganization", organizations.get("org_1", &least)).await;
    contract.check("GetOrganization", organizations.get("engines", &most)).await;

    let least = CreateOrganization::new("Analytical Engines");
    let most = least
        .clone()
        .created_by("user_1")
        .private_metadata(json!({ "score": 1 }))
        .public_metadata(json!({ "plan": "free" }))
        .slug("engines")
        .max_allowed_memberships(5)
        .created_at(then)
        .role_set_key("role_set:default");
    contract.check("CreateOrganization", organizations.create(&least)).await;
    contract.check("CreateOrganization", organizations.create(&most)).await;

    let least = UpdateOrganization::default();
    let most = least
        .clone()
        .name("Difference Engines")
        .slug("engines")
        .max_allowed_memberships(0)
        .admin_delete_enabled(true)
        .created_at(then)
        .role_set_key("role_set:default");
    let clear = least.clone().slug(None).role_set_key(None);
    contract.check("UpdateOrganization", organizations.update("org_1", &least)).await;
    contract.check("UpdateOrganization", organizations.update("org_1", &most)).await;
    contract.check("UpdateOrganization", organizations.update("org_1", &clear)).await;

    let least = UpdateOrganizationMetadata::default();
    let most = least
        .clone()
        .public_metadata(json!({ "plan": "paid" }))
        .private_metadata(json!({ "score": null }));
    contract
        .check("MergeOrganizationMetadata", organizations.update_metadata("org_1", &least))
        .await;
    contract
        .check("MergeOrganizationMetadata", organizations.update_metadata("org_1", &most))
        .await;
    contract
        .check("ReplaceOrganizationMetadata", organizations.replace_metadata("org_1", &least))
        .await;
    contract
        .check("ReplaceOrganizationMetadata", organizations.replace_metadata("org_1", &most))
        .await;

    let logo = || Upload::new("logo.png", "image/png", "not a picture");
    let (least, most) = (UploadLogo::default(), UploadLogo::default().uploader_user_id("user_1"));
    contract
        .check("UploadOrganizationLogo", organizations.upload_logo("org_1", logo(), &least))
        .await;
    contract
        .check("UploadOrganizationLogo", organizations.upload_logo("org_1", logo(), &most))
        .await;
    contract.check("DeleteOrganizationLogo", organizations.delete_logo("org_1")).await;
    contract.check("DeleteOrganization", organizations.delete("org_1")).await;
}

async fn domains(contract: &Contract) {
    let domains = contract.clerk.organization_domains();

    let least = ListOrganizationDomains::default();
    let most = least
        .clone()
        .verified(true)
        .enrollment_mode(EnrollmentMode::ManualInvitation)
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationDomains", domains.list("org_1", &least)).await;
    contract.check("ListOrganizationDomains", domains.list("org_1", &most)).await;
    contract.stream("ListOrganizationDomains", domains.stream("org_1", &most)).await;

    let least = ListAllOrganizationDomains::default();
    let most = least
        .clone()
        .organization_id("org_1")
        .verified(true)
        .enrollment_mode([EnrollmentMode::ManualInvitation, EnrollmentMode::AutomaticInvitation])
        .query("example")
        .domains(["example.com"])
        .order_by("-name")
        .limit(500)
        .offset(0);
    contract.check("ListAllOrganizationDomains", domains.list_all(&least)).await;
    contract.check("ListAllOrganizationDomains", domains.list_all(&most)).await;
    contract.stream("ListAllOrganizationDomains", domains.stream_all(&most)).await;

    let least = CreateOrganizationDomain::default();
    let most = least
        .clone()
        .name("example.com")
        .enrollment_mode(EnrollmentMode::AutomaticInvitation)
        .verified(true);
    contract.check("CreateOrganizationDomain", domains.create("org_1", &least)).await;
    contract.check("CreateOrganizationDomain", domains.create("org_1", &most)).await;

    let least = UpdateOrganizationDomain::default();
    let most = least.clone().enrollment_mode(EnrollmentMode::AutomaticSuggestion).verified(true);
    contract.check("UpdateOrganizationDomain", domains.update("org_1", "orgdmn_1", &least)).await;
    contract.check("UpdateOrganizationDomain", domains.update("org_1", "orgdmn_1", &most)).await;

    contract
        .check("VerifyOrganizationDomainOwnership", domains.verify_ownership("org_1", "orgdmn_1"))
        .await;
    contract.check("DeleteOrganizationDomain", domains.delete("org_1", "orgdmn_1")).await;
}

async fn invitations(contract: &Contract) {
    let invitations = contract.clerk.organization_invitations();

    let least = ListOrganizationInvitations::default();
    let most = least
        .clone()
        .status(InvitationStatus::Pending)
        .email_address("ada@example.com")
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationInvitations", invitations.list("org_1", &least)).await;
    contract.check("ListOrganizationInvitations", invitations.list("org_1", &most)).await;
    contract.stream("ListOrganizationInvitations", invitations.stream("org_1", &most)).await;

    let least = ListAllOrganizationInvitations::default();
    let most = least
        .clone()
        .status(InvitationStatus::Accepted)
        .query("ada")
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListInstanceOrganizationInvitations", invitations.list_all(&least)).await;
    contract.check("ListInstanceOrganizationInvitations", invitations.list_all(&most)).await;
    contract.stream("ListInstanceOrganizationInvitations", invitations.stream_all(&most)).await;

    let least = Paging::default();
    let most = least.clone().limit(500).offset(0);
    contract
        .check("ListPendingOrganizationInvitations", invitations.list_pending("org_1", &least))
        .await;
    contract
        .check("ListPendingOrganizationInvitations", invitations.list_pending("org_1", &most))
        .await;
    contract
        .stream("ListPendingOrganizationInvitations", invitations.stream_pending("org_1", &most))
        .await;

    let least = CreateOrganizationInvitation::new("ada@example.com", "org:member");
    let most = least
        .clone()
        .inviter_user_id("user_1")
        .public_metadata(json!({ "team": "mill" }))
        .private_metadata(json!({ "score": 1 }))
        .redirect_url("https://example.com/welcome")
        .expires_in_days(7)
        .notify(true);
    contract.check("CreateOrganizationInvitation", invitations.create("org_1", &least)).await;
    contract.check("CreateOrganizationInvitation", invitations.create("org_1", &most)).await;
    contract
        .check("CreateOrganizationInvitationBulk", invitations.bulk_create("org_1", &[least, most]))
        .await;

    let least = RevokeOrganizationInvitation::default();
    let most = least.clone().requesting_user_id("user_1");
    contract
        .check("RevokeOrganizationInvitation", invitations.revoke("org_1", "orginv_1", &least))
        .await;
    contract
        .check("RevokeOrganizationInvitation", invitations.revoke("org_1", "orginv_1", &most))
        .await;
    contract.check("GetOrganizationInvitation", invitations.get("org_1", "orginv_1")).await;
}

async fn memberships(contract: &Contract) {
    let memberships = contract.clerk.organization_memberships();
    let then = Timestamp::from_millis(1_700_000_000_000);

    let least = ListOrganizationMemberships::default();
    let most = least
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
        .last_active_at_before(then)
        .last_active_at_after(then)
        .created_at_before(then)
        .created_at_after(then)
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListOrganizationMemberships", memberships.list("org_1", &least)).await;
    contract.check("ListOrganizationMemberships", memberships.list("org_1", &most)).await;
    contract.stream("ListOrganizationMemberships", memberships.stream("org_1", &most)).await;

    let least = ListAllOrganizationMemberships::default();
    let most = least.clone().order_by("-created_at").limit(500).offset(0);
    contract.check("InstanceGetOrganizationMemberships", memberships.list_all(&least)).await;
    contract.check("InstanceGetOrganizationMemberships", memberships.list_all(&most)).await;
    contract.stream("InstanceGetOrganizationMemberships", memberships.stream_all(&most)).await;

    let least = CreateOrganizationMembership::new("user_1", "org:member");
    let most = least
        .clone()
        .public_metadata(json!({ "team": "mill" }))
        .private_metadata(json!({ "score": 1 }));
    contract.check("CreateOrganizationMembership", memberships.create("org_1", &least)).await;
    contract.check("CreateOrganizationMembership", memberships.create("org_1", &most)).await;

    let operation = "UpdateOrganizationMembershipMetadata";
    let least = UpdateOrganizationMembershipMetadata::default();
    let most = least.clone().public_metadata(json!({ "team": null })).private_metadata(json!({}));
    contract.check(operation, memberships.update_metadata("org_1", "user_1", &least)).await;
    contract.check(operation, memberships.update_metadata("org_1", "user_1", &most)).await;

    contract
        .check("UpdateOrganizationMembership", memberships.update("org_1", "user_1", "org:admin"))
        .await;
    contract.check("DeleteOrganizationMembership", memberships.delete("org_1", "user_1")).await;
}

async fn permissions(contract: &Contract) {
    let permissions = contract.clerk.organization_permissions();

    let least = ListOrganizationPermissions::default();
    let most = least.clone().query("billing").order_by("-name").limit(500).offset(0);
    contract.check("ListOrganizationPermissions", permissions.list(&least)).await;
    contract.check("ListOrganizationPermissions", permissions.list(&most)).await;
    contract.stream("ListOrganizationPermissions", permissions.stream(&most)).await;

    let least = CreateOrganizationPermission::new("Read bills", "org:billing:read");
    let most = least.clone().description("Every bill");
    contract.check("CreateOrganizationPermission", permissions.create(&least)).await;
    contract.check("CreateOrganizationPermission", permissions.create(&most)).await;

    let least = UpdateOrganizationPermission::default();
    let most = least.clone().name("Read bills").key("org:billing:read").description("Every bill");
    contract.check("UpdateOrganizationPermission", permissions.update("perm_1", &least)).await;
    contract.check("UpdateOrganizationPermission", permissions.update("perm_1", &most)).await;

    contract.check("GetOrganizationPermission", permissions.get("perm_1")).await;
    contract.check("DeleteOrganizationPermission", permissions.delete("perm_1")).await;
}

async fn roles(contract: &Contract) {
    let roles = contract.clerk.organization_roles();

    let least = ListOrganizationRoles::default();
    let most = least.clone().query("admin").order_by("-name").limit(500).offset(0);
    contract.check("ListOrganizationRoles", roles.list(&least)).await;
    contract.check("ListOrganizationRoles", roles.list(&most)).await;
    contract.stream("ListOrganizationRoles", roles.stream(&most)).await;

    let least = CreateOrganizationRole::new("Accountant", "org:accountant");
    let most =
        least.clone().description("Pays").permissions(["perm_1"]).include_in_initial_role_set(true);
    contract.check("CreateOrganizationRole", roles.create(&least)).await;
    contract.check("CreateOrganizationRole", roles.create(&most)).await;

    let least = UpdateOrganizationRole::default();
    let most = least
        .clone()
        .name("Accountant")
        .key("org:accountant")
        .description("Pays")
        .permissions(["perm_1"]);
    contract.check("UpdateOrganizationRole", roles.update("role_1", &least)).await;
    contract.check("UpdateOrganizationRole", roles.update("role_1", &most)).await;
    contract
        .check("UpdateOrganizationRole", roles.update("role_1", &least.description(None)))
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

    let least = ListRoleSets::default();
    let most = least.clone().query("default").order_by("-name").limit(500).offset(0);
    contract.check("ListRoleSets", sets.list(&least)).await;
    contract.check("ListRoleSets", sets.list(&most)).await;
    contract.stream("ListRoleSets", sets.stream(&most)).await;

    let least = CreateRoleSet::new("Small", "org:member", "org:admin", ["org:member", "org:admin"]);
    let most =
        least.clone().key("role_set:small").description("For a few").r#type(RoleSetType::Initial);
    contract.check("CreateRoleSet", sets.create(&least)).await;
    contract.check("CreateRoleSet", sets.create(&most)).await;

    let least = UpdateRoleSet::default();
    let most = least
        .clone()
        .name("Small")
        .key("role_set:small")
        .description("For a few")
        .r#type(RoleSetType::Initial)
        .default_role_key("org:member")
        .creator_role_key("org:admin");
    contract.check("UpdateRoleSet", sets.update("role_set:small", &least)).await;
    contract.check("UpdateRoleSet", sets.update("role_set:small", &most)).await;
    contract.check("UpdateRoleSet", sets.update("role_set:small", &least.description(None))).await;

    let least = ReplaceRoleSet::new("role_set:large");
    let most = least
        .clone()
        .reassignment_mappings([("org:member".to_owned(), "org:accountant".to_owned())]);
    contract.check("ReplaceRoleSet", sets.replace("role_set:small", &least)).await;
    contract.check("ReplaceRoleSet", sets.replace("role_set:small", &most)).await;

    let least = AddRolesToRoleSet::new(["org:accountant"]);
    let most = least.clone().default_role_key("org:accountant").creator_role_key("org:admin");
    contract.check("AddRolesToRoleSet", sets.add_roles("role_set:small", &least)).await;
    contract.check("AddRolesToRoleSet", sets.add_roles("role_set:small", &most)).await;

    contract.check("GetRoleSet", sets.get("role_set:small")).await;
    contract
        .check(
            "ReplaceRoleInRoleSet",
            sets.replace_role("role_set:small", "org:member", "org:accountant"),
        )
        .await;
}
