//! The keys of the system permissions.

pub(in crate::emulator) const MANAGE_PROFILE: &str = "org:sys_profile:manage";
pub(in crate::emulator) const DELETE_PROFILE: &str = "org:sys_profile:delete";
pub(in crate::emulator) const READ_MEMBERSHIPS: &str = "org:sys_memberships:read";
pub(in crate::emulator) const MANAGE_MEMBERSHIPS: &str = "org:sys_memberships:manage";
pub(in crate::emulator) const READ_DOMAINS: &str = "org:sys_domains:read";
pub(in crate::emulator) const MANAGE_DOMAINS: &str = "org:sys_domains:manage";
pub(in crate::emulator) const READ_BILLING: &str = "org:sys_billing:read";
pub(in crate::emulator) const MANAGE_BILLING: &str = "org:sys_billing:manage";
pub(in crate::emulator) const READ_API_KEYS: &str = "org:sys_api_keys:read";
pub(in crate::emulator) const MANAGE_API_KEYS: &str = "org:sys_api_keys:manage";
