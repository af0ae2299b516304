//! Injected faults.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::StatusCode;

use super::{error::ClerkError, server::Connection};

/// The faults that have not been injected yet.
#[derive(Default)]
pub(in crate::emulator) struct Faults(Mutex<Vec<Fault>>);

struct Fault {
    path: String,
    kind: FaultKind,
    remaining: usize,
}

#[derive(Clone, Copy)]
pub(in crate::emulator) enum FaultKind {
    Fail(StatusCode),
    Delay(Duration),
    DropConnection,
}

impl Faults {
    /// Adds a fault for the next requests to a path.
    pub(in crate::emulator) fn add(&self, path: &str, kind: FaultKind, times: usize) {
        self.lock().push(Fault { path: path.to_owned(), kind, remaining: times });
    }

    /// Injects the faults for a request to this path, which arrived on this connection.
    pub(in crate::emulator) async fn apply(
        &self,
        path: &str,
        connection: &Connection,
    ) -> Result<(), ClerkError> {
        for kind in self.take(path) {
            let status = match kind {
                FaultKind::Delay(duration) => {
                    tokio::time::sleep(duration).await;
                    continue;
                }
                FaultKind::Fail(status) => status,
                FaultKind::DropConnection => {
                    connection.drop_response();
                    StatusCode::SERVICE_UNAVAILABLE
                }
            };
            let message = format!("The test lets requests to {path} fail.");
            return Err(ClerkError::new(status, "fault_injected", message));
        }
        Ok(())
    }

    fn take(&self, path: &str) -> Vec<FaultKind> {
        let mut faults = self.lock();
        let mut taken = Vec::new();
        for fault in faults.iter_mut().filter(|fault| fault.path == path && fault.remaining > 0) {
            fault.remaining -= 1;
            taken.push(fault.kind);
        }
        faults.retain(|fault| fault.remaining > 0);
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
