//! A reference of all codes of rejections and all reasons of unauthenticated requests, with
//! remedies.
//!
//! [`AuthRejection`](crate::AuthRejection) describes the responses, and
//! [`RejectionKind`](crate::RejectionKind) the kinds to match on.
//!
//! # Codes
//!
//! The `code` in the JSON of a response. The code of a 401 is the [reason](#reasons).
//!
//! | code | status | gRPC | remedy |
//! |---|---|---|---|
//! | a [reason](#reasons) | 401 | 16 | Sign in, or send a valid token. |
//! | `user-not-found` | 401 | 16 | The signed-in user was deleted, or the secret key is that of another instance. |
//! | `forbidden` | 403 | 7 | The message names the requirement. Grant it in the Clerk Dashboard; tokens that were issued before lack it for up to a minute. |
//! | `reverification-error` | 403 | 7 | Verify the user again, for example with Clerk's `useReverification`. |
//! | `cross-origin` | 403 | 7 | Send the request from the application's own origin, or add the other one to the [authorized parties](crate::ClerkConfigBuilder::authorized_parties). |
//! | `not-found` | 404 | 5 | The caller has another organization active than the one in the path. |
//! | `service-unavailable` | 503 | 14 | Try again after `Retry-After`. The log names the cause. |
//! | `internal-error` | 500 | 13 | Add a [`ClerkLayer`](crate::ClerkLayer); the log says where. |
//!
//! # Reasons
//!
//! Responses to unauthenticated requests have the reason in `x-clerk-auth-reason`, and
//! [`ClerkAuth::reason`](crate::ClerkAuth::reason) returns it. They are spelled as in Clerk's SDKs.
//!
//! ## Browsers
//!
//! | reason | meaning and remedy |
//! |---|---|
//! | `session-token-and-uat-missing` | No user is signed in in this browser. |
//! | `session-pending` | The user has [tasks](https://clerk.com/docs/guides/configure/session-tasks) to complete. Redirect to the sign-in page, or let them through with [`allow_pending`](crate::guard::Guard::allow_pending). |
//! | `session-token-missing` | A handshake ended without a session: no user is signed in. |
//! | `session-token-but-no-client-uat` | The user signed out in another tab. In production, check that `__client_uat` is not dropped by a proxy. |
//! | `client-uat-but-no-session-token` | The session token has expired. A page is redirected to refresh it; scripts should send the token of `session.getToken()`. |
//! | `session-token-iat-before-client-uat` | The user signed in or out since the token was issued. As above. |
//! | `session-token-expired-refresh-…` | The token has expired, and could not be refreshed for the reason at the end. As above. |
//! | `session-token-nbf`, `session-token-iat-in-the-future` | The clock of this machine is behind. Synchronize it. |
//! | `dev-browser-missing`, `dev-browser-sync` | The browser has not been identified to the development instance yet. Pages are redirected, so open a page first. |
//! | `satellite-needs-syncing`, `primary-responds-to-syncing`, `primary-domain-cross-origin-sync` | The browser is being redirected between the domains of the application. |
//! | `active-organization-mismatch` | The browser is being redirected to activate the [organization in the path](crate::ClerkConfigBuilder::organization_patterns). |
//! | `excluded-route` | The configuration [excludes](crate::ClerkConfigBuilder::exclude) the path. |
//!
//! ## Tokens
//!
//! | reason | meaning and remedy |
//! |---|---|
//! | `No token in header` | A machine token is required. Send it as `Authorization: Bearer …`. |
//! | `token-expired` | Send a new token. |
//! | `token-not-active-yet`, `token-iat-in-the-future` | The clock of this machine is behind. Synchronize it. |
//! | `token-invalid` | This is not a JWT, not a token of an accepted class, or Clerk does not recognize it. |
//! | `token-type-mismatch` | The token is of another type than the route [accepts](crate::guard::accept). |
//! | `token-invalid-algorithm`, `token-invalid-signature` | The token was not signed by Clerk, or changed on the way. |
//! | `token-verification-failed` | A claim is missing or invalid, such as an audience that is not [configured](crate::ClerkConfigBuilder::audiences). The log names it. |
//! | `token-invalid-authorized-parties` | The `azp` claim is not among the [authorized parties](crate::ClerkConfigBuilder::authorized_parties). Add the origin of the frontend. |
//! | `session-revoked` | The session was [revoked](crate::Clerk::revoke_session). Sign in again. |
//! | `jwk-kid-mismatch` | The token was signed by another instance, or by a key that was withdrawn. Check that the frontend and this application have the keys of the same instance. |
//!
//! ## Unavailable
//!
//! These are a 503, because the token may be valid.
//!
//! | reason | meaning and remedy |
//! |---|---|
//! | `jwk-remote-failed-to-load` | Clerk could not be reached to fetch the keys. Set [`jwt_key`](crate::ClerkConfigBuilder::jwt_key) to verify tokens without the network. |
//! | `secret-key-invalid` | Clerk rejected `CLERK_SECRET_KEY`. |
//! | `jwk-failed-to-resolve` | There is no key. Set `CLERK_SECRET_KEY` or `CLERK_JWT_KEY`. |
//! | `unexpected-error` | Clerk could not be reached to verify a machine token, or returned something unexpected. |

#[cfg(test)]
mod tests {
    /// Returns the strings that the arms of a function's `match` result in.
    fn strings<'a>(source: &'a str, function: &str) -> Vec<&'a str> {
        let (_, rest) = source.split_once(function).expect(function);
        let (body, _) = rest.split_once("\n    }\n").expect("the end of the function");
        body.lines().filter_map(|line| line.split_once("=> \"")?.1.split('"').next()).collect()
    }

    #[test]
    fn every_code_and_reason_is_listed() {
        let guide = include_str!("rejections.rs");
        for (source, function, count) in [
            (include_str!("../authenticate/state.rs"), "fn as_str(&self) -> Cow", 15),
            (include_str!("../authenticate/machine_token.rs"), "fn reason(self)", 4),
            (include_str!("../token/error.rs"), "fn reason(&self)", 14),
            (include_str!("../middleware/rejection.rs"), "fn short_code(&self)", 7),
        ] {
            let strings = strings(source, function);
            assert!(strings.len() >= count, "{function}: {strings:?}");
            for string in strings {
                assert!(guide.contains(&format!("`{string}`")), "{string}");
            }
        }
    }
}
