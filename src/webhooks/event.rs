//! The events that webhooks carry.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::event_data::EventData;
use crate::{api::DecodeError, timestamp::Timestamp};

/// Timestamps below this are in seconds: in milliseconds, they would lie before March 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// An event that a webhook carries.
///
/// Deserializing keeps types and fields that this version of the crate does not know, and
/// serializing returns what was received.
///
/// ```
/// use axum_clerk::webhooks::{EventData, WebhookEvent};
///
/// let event: WebhookEvent = serde_json::from_str(
///     r#"{
///         "object": "event",
///         "type": "user.deleted",
///         "instance_id": "ins_1",
///         "timestamp": 1716883200000,
///         "data": { "object": "user", "id": "user_1", "deleted": true, "new": "field" }
///     }"#,
/// )?;
/// let EventData::UserDeleted(user) = event.data() else { unreachable!() };
/// assert_eq!(user.id.as_deref(), Some("user_1"));
/// assert_eq!(event.raw()["data"]["new"], "field");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct WebhookEvent {
    envelope: Envelope,
    data: EventData,
    raw: Value,
}

/// The fields that all events have.
#[derive(Clone, PartialEq, Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    event_type: String,
    timestamp: Option<Timestamp>,
    instance_id: Option<String>,
    event_attributes: Option<EventAttributes>,
}

/// The circumstances of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct EventAttributes {
    /// The request to Clerk that caused the event.
    pub http_request: Option<HttpRequest>,
}

/// The request to Clerk that caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The IP address of the client.
    pub client_ip: Option<String>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
}

impl WebhookEvent {
    /// Parses the body of a webhook. Only do so after its signature was verified.
    pub(super) fn from_slice(body: &[u8]) -> Result<Self, DecodeError> {
        let raw = serde_json::from_slice(body)
            .map_err(|error| DecodeError::new("a webhook", ".", error))?;
        Self::from_value(raw)
    }

    fn from_value(raw: Value) -> Result<Self, DecodeError> {
        let envelope: Envelope = serde_path_to_error::deserialize(&raw).map_err(|error| {
            DecodeError::new("a webhook", &error.path().to_string(), error.into_inner())
        })?;
        let data = EventData::parse(&envelope.event_type, &raw["data"]).map_err(|error| {
            let subject = format!("a webhook of type {:?}", envelope.event_type);
            DecodeError::new(subject, &format!("data.{}", error.path()), error.into_inner())
        })?;
        Ok(Self { envelope, data, raw })
    }

    /// The type of the event, such as `user.created`.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.envelope.event_type
    }

    /// The changed resource, by the type of the event.
    #[must_use]
    pub fn data(&self) -> &EventData {
        &self.data
    }

    /// Returns the changed resource by value.
    #[must_use]
    pub fn into_data(self) -> EventData {
        self.data
    }

    /// The time of the event. Clerk sends it in milliseconds, although its description has examples
    /// in seconds; both are supported.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.envelope.timestamp.map(|timestamp| match timestamp.as_millis() {
            seconds if seconds < FIRST_MILLIS => {
                Timestamp::from_millis(seconds.saturating_mul(1000))
            }
            _ => timestamp,
        })
    }

    /// The ID of the instance that the event belongs to, `ins_…`.
    #[must_use]
    pub fn instance_id(&self) -> Option<&str> {
        self.envelope.instance_id.as_deref()
    }

    /// The circumstances of the event.
    #[must_use]
    pub fn event_attributes(&self) -> Option<&EventAttributes> {
        self.envelope.event_attributes.as_ref()
    }

    /// The event as it was received.
    #[must_use]
    pub fn raw(&self) -> &Value {
        &self.raw
    }
}

/// Omits the data, which may contain personal data and one-time passwords.
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent")
            .field("type", &self.envelope.event_type)
            .field("timestamp", &self.timestamp())
            .field("instance_id", &self.envelope.instance_id)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for WebhookEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Serialize for WebhookEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(event: Value) -> WebhookEvent {
        serde_json::from_value(event).expect("an event")
    }

    #[test]
    fn unknown_types_and_fields_are_kept() {
        let raw = json!({ "type": "moon.landed", "data": { "crew": 3 }, "new": [1.5, null] });
        let event = parse(raw.clone());
        assert_eq!(event.event_type(), "moon.landed");
        assert_eq!(event.data(), &EventData::Other(json!({ "crew": 3 })));
        assert_eq!(serde_json::to_value(&event).expect("JSON"), raw);
    }

    #[test]
    fn timestamp_is_in_seconds_or_milliseconds() {
        let at = |timestamp: Value| {
            parse(json!({ "type": "x", "timestamp": timestamp }))
                .timestamp()
                .map(Timestamp::as_millis)
        };
        assert_eq!(at(json!(1_716_883_200)), Some(1_716_883_200_000));
        assert_eq!(at(json!(1_716_883_200_123_i64)), Some(1_716_883_200_123));
        assert_eq!(at(json!(FIRST_MILLIS)), Some(FIRST_MILLIS));
        assert_eq!(at(Value::Null), None);
    }

    #[test]
    fn errors_name_the_path_of_the_invalid_field() {
        let event = json!({ "type": "user.created", "data": { "id": "user_1", "banned": "no" } });
        let error =
            serde_json::from_value::<WebhookEvent>(event).expect_err("an error").to_string();
        assert!(error.contains("\"user.created\" at `data.banned`"), "{error}");
    }

    #[test]
    fn debug_output_omits_the_data() {
        let event = parse(json!({ "type": "sms.created", "data": {
            "id": "sms_1", "from_phone_number": "", "to_phone_number": "", "message": "code 424242",
        } }));
        assert!(!format!("{event:?}").contains("424242"));
    }
}
