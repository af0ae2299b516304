//! The handle of a machine.

use std::{fmt, sync::Arc};

use super::or_panic::or_panic;
use crate::emulator::store::{Instance, Machine};

/// An emulated machine, created by
/// [`ClerkEmulator::create_machine`](super::ClerkEmulator::create_machine).
///
/// Clones refer to the same machine.
#[derive(Clone)]
pub struct EmulatedMachine {
    instance: Arc<Instance>,
    id: String,
    secret_key: String,
}

impl EmulatedMachine {
    pub(super) fn new(instance: Arc<Instance>, name: &str) -> Self {
        let mut store = instance.store();
        let machine = Machine::new(name.to_owned(), store.now());
        let (id, secret_key) = (machine.id.clone(), machine.secret_key.clone());
        store.machines.push(machine);
        drop(store);
        Self { instance, id, secret_key }
    }

    /// The machine's ID, `mch_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The machine's secret key, `ak_…`, which creates the machine's tokens and verifies tokens for
    /// it.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.secret_key
    }

    /// Makes the tokens that this machine creates from now on valid for another machine as well.
    ///
    /// # Panics
    ///
    /// If the other machine belongs to another emulator, or if the machine is already scoped to 150
    /// machines.
    #[must_use]
    pub fn scoped_to(self, other: &Self) -> Self {
        or_panic(self.instance.store().scope_machine(&self.id, &other.id));
        self
    }
}

impl fmt::Debug for EmulatedMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedMachine").field("id", &self.id).finish_non_exhaustive()
    }
}
