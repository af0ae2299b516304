//! Machines: the services of an application that call each other.

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

/// The machines of the instance, which are services that call each other with [M2M
/// tokens](crate::api::M2m).
///
/// ```no_run
/// use axum_clerk::api::CreateMachine;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let billing = clerk.machines().create(&CreateMachine::new("billing")).await?;
/// let mailer = clerk.machines().create(&CreateMachine::new("mailer")).await?;
/// // Tokens of the billing service are intended for the mailer.
/// clerk.machines().create_scope(&billing.id, &mailer.id).await?;
/// let secret_key = billing.secret_key.expect("present when the machine is created");
/// println!("store this key: {}", secret_key.expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/machines)
#[derive(Clone, Copy, Debug)]
pub struct Machines<'a>(pub(in crate::api) &'a Client);

impl Machines<'_> {
    /// Lists machines, newest first unless `order_by` is set.
    ///
    /// `GET /machines`
    pub async fn list(self, params: &ListMachines) -> Result<Page<Machine>> {
        self.0.get("/machines", []).query(params).send().await
    }

    /// Streams machines from all pages.
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

    /// Creates a machine. The [`secret_key`](Machine::secret_key) field is only present in this
    /// response.
    ///
    /// `POST /machines`
    pub async fn create(self, params: &CreateMachine) -> Result<Machine> {
        self.0.post("/machines", []).json(params).send().await
    }

    /// Updates a machine.
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

    /// Allows a machine to call another machine. A machine can have at most 150 scopes.
    ///
    /// `POST /machines/{machine_id}/scopes`
    pub async fn create_scope(self, machine_id: &str, to_machine_id: &str) -> Result<MachineScope> {
        let body = json!({ "to_machine_id": to_machine_id });
        self.0.post("/machines/{machine_id}/scopes", [machine_id]).json(&body).send().await
    }

    /// Removes the permission of a machine to call another machine.
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

    /// Replaces the secret key of a machine. The previous key stays valid for `previous_token_ttl`
    /// seconds, at most 28,800, so that there is time to deploy the new key.
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
    /// Parameters for [`Machines::list`].
    pub struct ListMachines {
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
        /// Only machines with this ID, or whose name contains this string.
        query: String,
        /// The field to sort by, `name` or `created_at`. A leading `-` sorts in descending order.
        /// The default is `-created_at`.
        order_by: String,
    }
}

params! {
    /// Parameters for [`Machines::create`].
    pub struct CreateMachine(
        /// The machine's name, at most 255 characters.
        name: String,
    ) {
        /// The IDs of the machines that the machine can call, at most 150.
        scoped_machines: [String],
        /// The default lifetime of the machine's tokens in seconds: 1 to 315,360,000, 3,600 by
        /// default.
        default_token_ttl: u32,
    }
}

params! {
    /// Parameters for [`Machines::update`]. Unset fields are left unchanged.
    pub struct UpdateMachine {
        /// The machine's name, at most 255 characters.
        name: String,
        /// The default lifetime of the machine's tokens in seconds: 1 to 315,360,000.
        default_token_ttl: u32,
    }
}

model! {
    /// A machine.
    #[serde(tag = "object", rename = "machine")]
    pub struct Machine {
        /// The machine's ID, `mch_…`.
        pub id: String,
        /// The machine's name.
        pub name: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The default lifetime of the machine's tokens, in seconds.
        pub default_token_ttl: u64,
        /// The machines that the machine can call; `None` within this list.
        pub scoped_machines: Option<Vec<Machine>>,
        /// The machine's secret key, `ak_…`. Only present when the machine is created; use
        /// [`Machines::get_secret_key`] to get it later.
        pub secret_key: Option<Secret>,
        /// The time when the machine was created.
        pub created_at: Timestamp,
        /// The time when the machine was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The permission of a machine to call another machine.
    #[serde(tag = "object", rename = "machine_scope")]
    pub struct MachineScope {
        /// The ID of the calling machine.
        pub from_machine_id: String,
        /// The ID of the called machine.
        pub to_machine_id: String,
        /// The time when the scope was created.
        pub created_at: Timestamp,
    }
}

model! {
    /// A removed permission of a machine to call another machine.
    #[serde(tag = "object", rename = "machine_scope")]
    pub struct DeletedMachineScope {
        /// The ID of the machine that could call the other.
        pub from_machine_id: String,
        /// The ID of the machine that could be called.
        pub to_machine_id: String,
        /// Whether the scope was deleted.
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
