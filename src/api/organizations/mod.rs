//! Organizations, their members, and the members' roles and permissions.

mod domains;
mod invitations;
mod memberships;
mod organization;
mod permissions;
mod role_sets;
mod roles;

pub use self::{
    domains::{
        CreateOrganizationDomain, EnrollmentMode, ListAllOrganizationDomains,
        ListOrganizationDomains, OrganizationDomain, OrganizationDomainVerification,
        OrganizationDomains, UpdateOrganizationDomain,
    },
    invitations::{
        CreateOrganizationInvitation, ListAllOrganizationInvitations, ListOrganizationInvitations,
        OrganizationInvitation, OrganizationInvitationEventData, OrganizationInvitations,
        RevokeOrganizationInvitation,
    },
    memberships::{
        CreateOrganizationMembership, ListAllOrganizationMemberships, ListOrganizationMemberships,
        OrganizationMembership, OrganizationMembershipUser, OrganizationMemberships,
        UpdateOrganizationMembershipMetadata,
    },
    organization::{
        CreateOrganization, GetOrganization, ListOrganizations, Organization, Organizations,
        PublicOrganization, UpdateOrganization, UpdateOrganizationMetadata,
    },
    permissions::{
        CreateOrganizationPermission, ListOrganizationPermissions, OrganizationPermission,
        OrganizationPermissions, UpdateOrganizationPermission,
    },
    role_sets::{
        AddRolesToRoleSet, CreateRoleSet, ListRoleSets, ReplaceRoleSet, RoleSet, RoleSetItem,
        RoleSetMigration, RoleSetType, RoleSets, UpdateRoleSet,
    },
    roles::{
        CreateOrganizationRole, ListOrganizationRoles, OrganizationRole, OrganizationRoles,
        UpdateOrganizationRole,
    },
};
