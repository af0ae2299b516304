//! The public handles: the emulator, and its sessions, machines, credentials and devices.

mod billing;
mod builder;
mod clerk_emulator;
mod devices;
mod emulated_credential;
mod emulated_discount;
mod emulated_machine;
mod emulated_plan;
mod emulated_session;
mod external_accounts;
mod faults;
mod or_panic;
mod router;
mod users;
mod webhooks;

pub use self::{
    builder::ClerkEmulatorBuilder, clerk_emulator::ClerkEmulator,
    emulated_credential::EmulatedCredential, emulated_discount::EmulatedDiscount,
    emulated_machine::EmulatedMachine, emulated_plan::EmulatedPlan,
    emulated_session::EmulatedSession,
};
