//! Every operation of the Backend API, called once with only what is required and once with everything that there
//! is to set: against a server that holds each request to Clerk's own description, and against hostile ones.
#![allow(clippy::unwrap_used)]

mod billing;
mod contract;
mod enterprise;
mod hostile;
mod instance;
mod machines;
mod organizations;
mod sign_in;
mod users;

use contract::Contract;
use hostile::Impostor;

async fn call_every_operation(contract: &Contract) {
    billing::call_all(contract).await;
    enterprise::call_all(contract).await;
    instance::call_all(contract).await;
    machines::call_all(contract).await;
    organizations::call_all(contract).await;
    sign_in::call_all(contract).await;
    users::call_all(contract).await;
}

#[tokio::test]
async fn every_operation_is_sent_and_read_as_clerk_describes_it() {
    let Some(contract) = Contract::start() else { return };
    call_every_operation(&contract).await;
    contract.assert_read();
    contract.assert_sent().await;
}

#[tokio::test]
async fn every_answer_is_read_whatever_clerk_adds_to_it() {
    let Some(contract) = Contract::start() else { return };
    let contract = contract.twisted_by(Impostor::who_adds_fields_and_values().await);
    call_every_operation(&contract).await;
    contract.assert_read();
}

#[tokio::test]
async fn every_answer_is_read_or_refused_whatever_it_lacks() {
    let Some(mut contract) = Contract::start() else { return };
    for impostor in [
        Impostor::who_nulls_every_field().await,
        Impostor::who_changes_every_type().await,
        Impostor::who_sends_nothing().await,
    ] {
        contract = contract.twisted_by(impostor);
        call_every_operation(&contract).await;
    }
    contract.assert_read();
}
