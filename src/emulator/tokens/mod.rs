//! Keys and tokens. Independent of the store.

mod category;
mod digest;
mod instance_keys;
mod jwt;
mod organization_claim;
mod random_id;
mod shortcodes;
mod template_key;
mod ticket;

pub(in crate::emulator) use self::{
    category::{M2M_TOKEN, SESSION_TOKEN, TEMPLATE_TOKEN},
    digest::{access_token_hash, code_challenge, script_source},
    instance_keys::InstanceKeys,
    organization_claim::{add_permitted_features, organization_claim},
    random_id::{new_id, random_base32, random_hex, random_id},
    shortcodes::fill_shortcodes,
    template_key::{TemplateKey, TemplateKeyError},
    ticket::Ticket,
};
