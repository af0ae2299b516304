//! Points in time, in Clerk's format.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, Unexpected, Visitor},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time, in milliseconds since the Unix epoch. It is serialized as that number; dates in
/// the format of RFC 3339, which Clerk sends in some places, are deserialized as well.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use axum_clerk::Timestamp;
///
/// let at = Timestamp::from_millis(1_700_000_000_123);
/// let since_epoch = Duration::from_millis(1_700_000_000_123);
/// assert_eq!(SystemTime::from(at), SystemTime::UNIX_EPOCH + since_epoch);
/// assert_eq!(at.to_string(), "2023-11-14T22:13:20.123Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates the timestamp `millis` milliseconds after the Unix epoch, or before it if negative.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl From<SystemTime> for Timestamp {
    /// Truncates the time to milliseconds.
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self(millis(since)),
            Err(before) => Self(-millis(before.duration())),
        }
    }
}

/// Returns a duration in milliseconds, or the maximum if it is longer.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl From<Timestamp> for SystemTime {
    /// Returns the Unix epoch for times that the platform cannot represent.
    fn from(timestamp: Timestamp) -> Self {
        let distance = Duration::from_millis(timestamp.0.unsigned_abs());
        let time = if timestamp.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.unwrap_or(UNIX_EPOCH)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MillisOrDate)
    }
}

struct MillisOrDate;

impl Visitor<'_> for MillisOrDate {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("milliseconds since the Unix epoch, or an RFC 3339 date")
    }

    fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Timestamp, E> {
        Ok(Timestamp(millis))
    }

    fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Timestamp, E> {
        let millis = i64::try_from(millis)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(millis), &self));
        millis.map(Timestamp)
    }

    fn visit_f64<E: de::Error>(self, millis: f64) -> Result<Timestamp, E> {
        Ok(Timestamp(millis as i64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        let date = OffsetDateTime::parse(text, &Rfc3339);
        let date = date.map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
        Ok(SystemTime::from(date).into())
    }
}

impl fmt::Display for Timestamp {
    /// Formats the time as RFC 3339 in UTC, or as milliseconds if RFC 3339 cannot represent it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok();
        match date.and_then(|date| date.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_round_trip_through_system_time() {
        for millis in [0, 1, -1, 1_700_000_000_123, -62_135_596_800_000] {
            let timestamp = Timestamp::from_millis(millis);
            assert_eq!(Timestamp::from(SystemTime::from(timestamp)), timestamp);
        }
        for millis in [i64::MIN, i64::MAX] {
            let timestamp = Timestamp::from_millis(millis);
            let _ = SystemTime::from(timestamp);
            assert_eq!(timestamp.to_string(), millis.to_string());
        }
    }

    #[test]
    fn timestamps_deserialize_from_milliseconds_and_dates() {
        let parse = |json| serde_json::from_str::<Timestamp>(json).map(Timestamp::as_millis).ok();
        for (json, millis) in [
            ("1700000000123", Some(1_700_000_000_123)),
            ("-1", Some(-1)),
            ("1.7e12", Some(1_700_000_000_000)),
            (r#""2023-11-14T22:13:20.123Z""#, Some(1_700_000_000_123)),
            (r#""2023-11-15T00:13:20+02:00""#, Some(1_700_000_000_000)),
            (r#""yesterday""#, None),
            ("18446744073709551615", None),
            ("true", None),
        ] {
            assert_eq!(parse(json), millis, "{json}");
        }
    }
}
