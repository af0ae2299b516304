//! Every operation of the Backend API, called with its required parameters and with all of them.
//!
//! The contract server checks each request against Clerk's own document and returns a sample
//! response. Some tests put a server in between that mutates these samples.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod billing;
mod contract;
mod enterprise;
mod hostile;
mod instance;
mod machines;
mod mutating_server;
mod organizations;
mod samples;
mod sign_in;
mod users;

use contract::Contract;
use mutating_server::MutatingServer;

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
async fn every_operation_matches_clerks_document() {
    let Some(contract) = Contract::start() else { return };
    call_every_operation(&contract).await;
    contract.assert_parsed();
    contract.assert_sent().await;
}

#[tokio::test]
async fn unknown_fields_and_values_are_accepted() {
    let Some(contract) = Contract::start() else { return };
    let contract = contract.mutated_by(MutatingServer::adding_fields_and_values().await);
    call_every_operation(&contract).await;
    contract.assert_parsed();
}

#[tokio::test]
async fn malformed_responses_are_parsed_or_decode_errors() {
    let Some(mut contract) = Contract::start() else { return };
    for server in [
        MutatingServer::nulling_fields().await,
        MutatingServer::changing_types().await,
        MutatingServer::omitting_fields().await,
    ] {
        contract = contract.mutated_by(server);
        call_every_operation(&contract).await;
    }
    contract.assert_parsed();
}
