//! Users, their credentials, email addresses and phone numbers.

#![allow(deprecated, reason = "deprecated operations are part of the contract")]

use axum_clerk::api::*;
use serde_json::json;

use crate::{
    contract::Contract,
    samples::{image, optional_paging, paging, timestamp},
};

pub(crate) async fn call_all(contract: &Contract) {
    lists(contract).await;
    users(contract).await;
    credentials(contract).await;
    email_addresses(contract).await;
    phone_numbers(contract).await;
}

async fn lists(contract: &Contract) {
    let users = contract.clerk.users();

    let minimal = ListUsers::default();
    let full = minimal
        .clone()
        .email_address(["ada@example.com", "grace@example.com"])
        .phone_number(["+15555550100"])
        .external_id(["1", "-2"])
        .username(["ada"])
        .web3_wallet(["0x1"])
        .user_id(["user_1", "-user_2"])
        .organization_id(["org_1"])
        .query("ada")
        .email_address_query("example.com")
        .phone_number_query("555")
        .username_query("ad")
        .name_query("love")
        .banned(false)
        .last_active_at_before(timestamp())
        .last_active_at_after(timestamp())
        .last_active_at_since(timestamp())
        .created_at_before(timestamp())
        .created_at_after(timestamp())
        .last_sign_in_at_before(timestamp())
        .last_sign_in_at_after(timestamp())
        .provider("oauth_google")
        .provider_user_id(["1"])
        .order_by("-created_at")
        .limit(500)
        .offset(0)
        .starting_after("user_3");
    contract.check("GetUserList", users.list(&minimal)).await;
    contract.check("GetUserList", users.list(&full)).await;
    contract.stream("GetUserList", users.stream(&full)).await;
    for params in [&minimal, &full] {
        let count = async {
            users.count(params).await.map(|n| json!({ "object": "total_count", "total_count": n }))
        };
        contract.check("GetUsersCount", count).await;
    }

    let (minimal, full) = (Paging::default(), paging());
    let operation = "UsersGetOrganizationMemberships";
    contract.check(operation, users.organization_memberships("user_1", &minimal)).await;
    contract.check(operation, users.organization_memberships("user_1", &full)).await;
    contract.stream(operation, users.stream_organization_memberships("user_1", &full)).await;

    let operation = "UsersGetOrganizationInvitations";
    let minimal = ListUserOrganizationInvitations::default();
    let full = minimal.clone().status(InvitationStatus::Pending).limit(500).offset(0);
    contract.check(operation, users.organization_invitations("user_1", &minimal)).await;
    contract.check(operation, users.organization_invitations("user_1", &full)).await;
    contract.stream(operation, users.stream_organization_invitations("user_1", &full)).await;

    let (minimal, full) = (OptionalPaging::default(), optional_paging());
    let operation = "GetOAuthAccessToken";
    contract.check(operation, users.oauth_access_tokens("user_1", "oauth_google", &minimal)).await;
    contract.check(operation, users.oauth_access_tokens("user_1", "oauth_google", &full)).await;
    contract
        .stream(operation, users.stream_oauth_access_tokens("user_1", "oauth_google", &full))
        .await;
}

async fn users(contract: &Contract) {
    let users = contract.clerk.users();

    let minimal = CreateUser::default();
    let full = minimal
        .clone()
        .external_id("1")
        .first_name("Ada")
        .last_name("Lovelace")
        .locale("en-GB")
        .email_address(["ada@example.com"])
        .email_address_identification_status([IdentificationStatus::Verified])
        .phone_number(["+15555550100"])
        .phone_number_identification_status([IdentificationStatus::Reserved])
        .web3_wallet(["0x1"])
        .username("ada")
        .password("correct horse")
        .password_digest("$2a$10$x")
        .password_hasher(PasswordHasher::Bcrypt)
        .skip_password_checks(true)
        .skip_password_requirement(true)
        .totp_secret("JBSWY3DP")
        .backup_codes(["battery", "staple"])
        .public_metadata(json!({ "plan": "free" }))
        .private_metadata(json!({ "score": 1 }))
        .unsafe_metadata(json!({ "theme": "dark" }))
        .delete_self_enabled(true)
        .legal_accepted_at(timestamp())
        .skip_legal_checks(true)
        .skip_user_requirement(true)
        .create_organization_enabled(true)
        .create_organizations_limit(3)
        .created_at(timestamp())
        .bypass_client_trust(true)
        .banned(false)
        .locked(false);
    contract.check("CreateUser", users.create(&minimal)).await;
    contract.check("CreateUser", users.create(&full)).await;

    let minimal = UpdateUser::default();
    let full = minimal
        .clone()
        .external_id("1")
        .first_name("Ada")
        .last_name("Lovelace")
        .locale("en-GB")
        .primary_email_address_id("idn_1")
        .notify_primary_email_address_changed(true)
        .primary_phone_number_id("idn_2")
        .primary_web3_wallet_id("idn_3")
        .username("ada")
        .profile_image_id("img_1")
        .password("correct horse")
        .password_digest("$2a$10$x")
        .password_hasher(PasswordHasher::Bcrypt)
        .skip_password_checks(true)
        .sign_out_of_other_sessions(true)
        .totp_secret("JBSWY3DP")
        .backup_codes(["battery", "staple"])
        .delete_self_enabled(true)
        .create_organization_enabled(true)
        .legal_accepted_at(timestamp())
        .skip_legal_checks(true)
        .create_organizations_limit(3)
        .created_at(timestamp())
        .bypass_client_trust(true);
    let clear = minimal
        .clone()
        .external_id(None)
        .first_name(None)
        .last_name(None)
        .locale(None)
        .primary_email_address_id(None)
        .primary_phone_number_id(None)
        .primary_web3_wallet_id(None)
        .username(None)
        .profile_image_id(None)
        .create_organizations_limit(None);
    contract.check("UpdateUser", users.update("user_1", &minimal)).await;
    contract.check("UpdateUser", users.update("user_1", &full)).await;
    contract.check("UpdateUser", users.update("user_1", &clear)).await;

    let minimal = UpdateUserMetadata::default();
    let full = minimal
        .clone()
        .public_metadata(json!({ "plan": "paid" }))
        .private_metadata(json!({ "score": null }))
        .unsafe_metadata(json!({}));
    contract.check("UpdateUserMetadata", users.update_metadata("user_1", &minimal)).await;
    contract.check("UpdateUserMetadata", users.update_metadata("user_1", &full)).await;
    contract.check("ReplaceUserMetadata", users.replace_metadata("user_1", &minimal)).await;
    contract.check("ReplaceUserMetadata", users.replace_metadata("user_1", &full)).await;

    contract.check("SetUserProfileImage", users.set_profile_image("user_1", image())).await;
    contract.check("DeleteUserProfileImage", users.delete_profile_image("user_1")).await;

    contract.check("GetUser", users.get("user_1")).await;
    contract.check("BanUser", users.ban("user_1")).await;
    contract.check("UsersBan", users.bulk_ban(&["user_1", "user_2"])).await;
    contract.check("UnbanUser", users.unban("user_1")).await;
    contract.check("UsersUnban", users.bulk_unban(&["user_1", "user_2"])).await;
    contract.check("LockUser", users.lock("user_1")).await;
    contract.check("UnlockUser", users.unlock("user_1")).await;
    contract.check("DeleteUser", users.delete("user_1")).await;
}

async fn credentials(contract: &Contract) {
    let users = contract.clerk.users();

    let full = RemovePassword::default().sign_out_of_other_sessions(true);
    contract
        .check("RemoveUserPassword", users.remove_password("user_1", &RemovePassword::default()))
        .await;
    contract.check("RemoveUserPassword", users.remove_password("user_1", &full)).await;

    let operation = "SetUserPasswordCompromised";
    let minimal = SetPasswordCompromised::default();
    contract.check(operation, users.set_password_compromised("user_1", &minimal)).await;
    let full = minimal.revoke_all_sessions(true);
    contract.check(operation, users.set_password_compromised("user_1", &full)).await;

    contract
        .check("UnsetUserPasswordCompromised", users.unset_password_compromised("user_1"))
        .await;
    contract.check("VerifyPassword", users.verify_password("user_1", "correct horse")).await;
    contract.check("VerifyTOTP", users.verify_totp("user_1", "123456")).await;
    contract.check("DeleteTOTP", users.delete_totp("user_1")).await;
    contract.check("DeleteBackupCode", users.delete_backup_codes("user_1")).await;
    contract.check("DisableMFA", users.disable_mfa("user_1")).await;
    contract.check("UserPasskeyDelete", users.delete_passkey("user_1", "idn_1")).await;
    contract.check("UserWeb3WalletDelete", users.delete_web3_wallet("user_1", "idn_1")).await;
    contract.check("DeleteExternalAccount", users.delete_external_account("user_1", "eac_1")).await;
    contract.check("ListUserTrustedDevices", users.list_trusted_devices("user_1")).await;
    contract.check("RevokeUserTrustedDevice", users.revoke_trusted_device("user_1", "td_1")).await;
}

async fn email_addresses(contract: &Contract) {
    let addresses = contract.clerk.email_addresses();

    let minimal = CreateEmailAddress::new("user_1", "ada@example.com");
    let full =
        minimal.clone().verified(true).primary(true).notify_primary_email_address_changed(true);
    contract.check("CreateEmailAddress", addresses.create(&minimal)).await;
    contract.check("CreateEmailAddress", addresses.create(&full)).await;

    let minimal = UpdateEmailAddress::default();
    let full =
        minimal.clone().verified(true).primary(true).notify_primary_email_address_changed(true);
    contract.check("UpdateEmailAddress", addresses.update("idn_1", &minimal)).await;
    contract.check("UpdateEmailAddress", addresses.update("idn_1", &full)).await;

    let minimal = ReplaceEmailAddress::new("ada@example.com");
    let full = minimal
        .clone()
        .identification_status(IdentificationStatus::Verified)
        .notify_primary_email_address_changed(true);
    contract.check("ReplaceUserEmailAddress", addresses.replace_for_user("user_1", &minimal)).await;
    contract.check("ReplaceUserEmailAddress", addresses.replace_for_user("user_1", &full)).await;

    let code = AttemptVerification::new("ver_1", "123456");
    contract
        .check("PrepareEmailAddressVerification", addresses.prepare_verification("idn_1"))
        .await;
    contract
        .check("AttemptEmailAddressVerification", addresses.attempt_verification("idn_1", &code))
        .await;

    contract.check("GetEmailAddress", addresses.get("idn_1")).await;
    contract.check("DeleteEmailAddress", addresses.delete("idn_1")).await;
}

async fn phone_numbers(contract: &Contract) {
    let numbers = contract.clerk.phone_numbers();

    let minimal = CreatePhoneNumber::new("user_1", "+15555550100");
    let full = minimal.clone().verified(true).primary(true).reserved_for_second_factor(true);
    contract.check("CreatePhoneNumber", numbers.create(&minimal)).await;
    contract.check("CreatePhoneNumber", numbers.create(&full)).await;

    let minimal = UpdatePhoneNumber::default();
    let full = minimal.clone().verified(true).primary(true).reserved_for_second_factor(true);
    contract.check("UpdatePhoneNumber", numbers.update("idn_1", &minimal)).await;
    contract.check("UpdatePhoneNumber", numbers.update("idn_1", &full)).await;

    let minimal = ReplacePhoneNumber::new("+15555550100");
    let full = minimal.clone().identification_status(IdentificationStatus::Verified);
    contract.check("ReplaceUserPhoneNumber", numbers.replace_for_user("user_1", &minimal)).await;
    contract.check("ReplaceUserPhoneNumber", numbers.replace_for_user("user_1", &full)).await;

    let code = AttemptVerification::new("ver_1", "123456");
    contract.check("PreparePhoneNumberVerification", numbers.prepare_verification("idn_1")).await;
    contract
        .check("AttemptPhoneNumberVerification", numbers.attempt_verification("idn_1", &code))
        .await;

    contract.check("GetPhoneNumber", numbers.get("idn_1")).await;
    contract.check("DeletePhoneNumber", numbers.delete("idn_1")).await;
}
