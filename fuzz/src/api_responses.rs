//! Responses of the Backend API, decoded into models.

use std::fmt::Debug;

use axum_clerk::api::{
    AdminPortalLinkToken, ApiKey, BillingPlan, BillingStatement, BillingSubscription, ClientRecord,
    CreditBalance, Directory, Domain, EnterpriseConnection, EnterpriseTestRun, Error, Instance,
    InstanceCommunication, Invitation, JsonWebKeySet, JwtTemplate, M2mToken, Machine,
    OAuthAccessTokenVerification, OAuthApplication, Organization, OrganizationDomain,
    OrganizationInvitation, OrganizationMembership, OrganizationRole, Page, PaymentAttempt,
    Request, RetryPolicy, RoleSet, Session, SessionRefresh, SignUp, SubscriptionItem, Template,
    TrustedDevice, User, WaitlistEntry,
};
use http::Method;
use serde::{Serialize, de::DeserializeOwned};

use super::{MALFORMED, backend::Answer, world::World};

pub(super) fn run(input: &[u8]) -> &'static str {
    let Some((model, answer)) = input.split_first() else { return MALFORMED };
    let Some(answer) = Answer::parse(answer.trim_ascii_start()) else { return MALFORMED };
    World::get().backend.set_answer(answer);
    let models = models();
    models[usize::from(model.wrapping_sub(b'A')) % models.len()]()
}

/// The models that have the most fields of their own, by letter from `A`, then `[`, `\`, and so on.
fn models() -> [fn() -> &'static str; 37] {
    [
        one::<User>,
        page::<User>,
        one::<Organization>,
        page::<OrganizationMembership>,
        page::<OrganizationInvitation>,
        page::<OrganizationDomain>,
        page::<OrganizationRole>,
        one::<RoleSet>,
        one::<Session>,
        one::<SessionRefresh>,
        one::<ClientRecord>,
        one::<ApiKey>,
        one::<M2mToken>,
        one::<OAuthAccessTokenVerification>,
        one::<OAuthApplication>,
        one::<Machine>,
        one::<Invitation>,
        one::<SignUp>,
        one::<WaitlistEntry>,
        one::<EnterpriseConnection>,
        one::<EnterpriseTestRun>,
        one::<Directory>,
        one::<AdminPortalLinkToken>,
        one::<Instance>,
        one::<InstanceCommunication>,
        one::<JwtTemplate>,
        one::<Template>,
        page::<Domain>,
        one::<JsonWebKeySet>,
        one::<TrustedDevice>,
        page::<BillingPlan>,
        one::<BillingSubscription>,
        one::<SubscriptionItem>,
        one::<BillingStatement>,
        one::<PaymentAttempt>,
        one::<CreditBalance>,
        raw,
    ]
}

fn request() -> Request {
    let client = World::get().app(b'a').api().with_retry(RetryPolicy::none());
    client.request(Method::GET, "/anything")
}

fn one<T: Debug + DeserializeOwned + PartialEq + Serialize>() -> &'static str {
    check(World::get().block_on(request().send::<T>()))
}

fn page<T: Debug + DeserializeOwned + PartialEq + Serialize>() -> &'static str {
    check(World::get().block_on(request().send::<Page<T>>()))
}

fn raw() -> &'static str {
    match World::get().block_on(request().send_raw()) {
        Ok(response) => {
            assert!(response.status().is_success());
            "success"
        }
        Err(error) => check_error(&error),
    }
}

fn check<T: Debug + DeserializeOwned + PartialEq + Serialize>(
    result: Result<T, Error>,
) -> &'static str {
    match result {
        Ok(model) => {
            assert!(!format!("{model:?}").is_empty());
            let json = serde_json::to_value(&model).expect("a model can be serialized");
            let again: T = serde_json::from_value(json).expect("a model reads what it writes");
            assert_eq!(again, model);
            "decoded"
        }
        Err(error) => check_error(&error),
    }
}

fn check_error(error: &Error) -> &'static str {
    assert!(!error.to_string().is_empty() && !format!("{error:?}").is_empty());
    match error {
        Error::Api(error) => {
            assert!(!error.status.is_success());
            "API error"
        }
        Error::Decode(_) => "decoding error",
        error => panic!("the request was sent and answered: {error:?}"),
    }
}
