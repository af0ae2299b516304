//! Machines: the services of an application that call one another.

use serde_json::json;

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Secret},
    },
    timestamp::Timestamp,
};

/// The machines of the instance: services that call one another with [M2M tokens](crate::api::M2m).
///
/// ```no_run
/// use axum_clerk::api::CreateMachine;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let billing = clerk.machines().create(&CreateMachine::new("billing")).await?;
/// let mailer = clerk.machines().create(&CreateMachine::new("mailer")).await?;
/// // The tokens of one are for the other:
/// clerk.machines().create_scope(&billing.id, &mailer.id).await?;
/// println!("keep this: {}", billing.secret_key.expect("a new machine has its key").expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/machines)
#[derive(Clone, Copy, Debug)]
pub struct Machines<'a>(pub(in crate::api) &'a Client);

impl Machines<'_> {
    /// Lists machines, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /machines`
    pub async fn list(self, params: &ListMachines) -> Result<Page<Machine>> {
        self.0.get("/machines", []).query(params).send().await
    }

    /// Streams machines, from all pages.
    ///
    /// `GET /machines`
    pub fn stream(self, params: &ListMachines) -> Items<Machine> {
        self.0.get("/machines", []).query(params).stream()
    }

    /// Gets a machine.
    ///
    /// `GET /machines/{machine_id}`
    pub async fn get(self, machine_id: &str) -> Result<Machine> {
        self.0.get("/machines/{machine_id}", [machine_id]).send().await
    }

    /// Creates a machine. Only here does it come with its [`secret_key`](Machine::secret_key).
    ///
    /// `POST /machines`
    pub async fn create(self, params: &CreateMachine) -> Result<Machine> {
        self.0.post("/machines", []).json(params).send().await
    }

    /// Changes a machine.
    ///
    /// `PATCH /machines/{machine_id}`
    pub async fn update(self, machine_id: &str, params: &UpdateMachine) -> Result<Machine> {
        self.0.patch("/machines/{machine_id}", [machine_id]).json(params).send().await
    }

    /// Deletes a machine.
    ///
    /// `DELETE /machines/{machine_id}`
    pub async fn delete(self, machine_id: &str) -> Result<DeletedObject> {
        self.0.delete("/machines/{machine_id}", [machine_id]).send().await
    }

    /// Lets a machine call another one. A machine has at most 150 such scopes.
    ///
    /// `POST /machines/{machine_id}/scopes`
    pub async fn create_scope(self, machine_id: &str, to_machine_id: &str) -> Result<MachineScope> {
        let body = json!({ "to_machine_id": to_machine_id });
        self.0.post("/machines/{machine_id}/scopes", [machine_id]).json(&body).send().await
    }

    /// Lets a machine call another one no more.
    ///
    /// `DELETE /machines/{machine_id}/scopes/{other_machine_id}`
    pub async fn delete_scope(
        self,
        machine_id: &str,
        other_machine_id: &str,
    ) -> Result<DeletedMachineScope> {
        let path = "/machines/{machine_id}/scopes/{other_machine_id}";
        self.0.delete(path, [machine_id, other_machine_id]).send().await
    }

    /// Gets the secret key of a machine.
    ///
    /// `GET /machines/{machine_id}/secret_key`
    pub async fn get_secret_key(self, machine_id: &str) -> Result<MachineSecretKey> {
        self.0.get("/machines/{machine_id}/secret_key", [machine_id]).send().await
    }

    /// Gives a machine another secret key. The one until now stays valid for `previous_token_ttl` seconds, up
    /// to 28,800, so that there is time to hand out the new one.
    ///
    /// `POST /machines/{machine_id}/secret_key/rotate`
    pub async fn rotate_secret_key(
        self,
        machine_id: &str,
        previous_token_ttl: u32,
    ) -> Result<MachineSecretKey> {
        let body = json!({ "previous_token_ttl": previous_token_ttl });
        self.0
            .post("/machines/{machine_id}/secret_key/rotate", [machine_id])
            .json(&body)
            .send()
            .await
    }
}

params! {
    /// Which machines [`Machines::list`] returns.
    pub struct ListMachines {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
        /// Whose ID is this text, or whose name contains it.
        query: String,
        /// `name` or `created_at`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
    }
}

params! {
    /// A new machine, for [`Machines::create`].
    pub struct CreateMachine(
        /// Its name, at most 255 characters.
        name: String,
    ) {
        /// The IDs of the machines that it may call, at most 150.
        scoped_machines: [String],
        /// How long its tokens are valid, in seconds: 1 to 315,360,000, by default an hour.
        default_token_ttl: u32,
    }
}

params! {
    /// What [`Machines::update`] changes.
    pub struct UpdateMachine {
        /// Its name, at most 255 characters.
        name: String,
        /// How long its tokens are valid, in seconds: 1 to 315,360,000.
        default_token_ttl: u32,
    }
}

model! {
    /// A machine.
    #[serde(tag = "object", rename = "machine")]
    pub struct Machine {
        /// Its ID, `mch_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// How long its tokens are valid, in seconds.
        pub default_token_ttl: u64,
        /// The machines that it may call; `None` for those machines themselves.
        pub scoped_machines: Option<Vec<Machine>>,
        /// Its secret key, `ak_…`; only when it is created. [`Machines::get_secret_key`] gets it later.
        pub secret_key: Option<Secret>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The permission of a machine to call another one.
    #[serde(tag = "object", rename = "machine_scope")]
    pub struct MachineScope {
        /// The ID of the machine that calls.
        pub from_machine_id: String,
        /// The ID of the machine that is called.
        pub to_machine_id: String,
        /// When it was created.
        pub created_at: Timestamp,
    }
}

model! {
    /// What is left of the permission of a machine to call another one.
    #[serde(tag = "object", rename = "machine_scope")]
    pub struct DeletedMachineScope {
        /// The ID of the machine that called.
        pub from_machine_id: String,
        /// The ID of the machine that was called.
        pub to_machine_id: String,
        /// Whether it is gone.
        pub deleted: bool,
    }
}

model! {
    /// The secret key of a machine.
    #[serde(tag = "object", rename = "machine_secret_key")]
    pub struct MachineSecretKey {
        /// The key, `ak_…`.
        pub secret: Secret,
    }
}
