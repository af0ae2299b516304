//! Billing periods.

use serde::{Deserialize, Serialize};
use time::{Date, Month, OffsetDateTime};

use crate::emulator::store::records::DAY;

/// How often a subscription is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum Period {
    Month,
    Annual,
}

impl Period {
    pub(super) fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Annual => 12,
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Month => Self::Annual,
            Self::Annual => Self::Month,
        }
    }

    /// Returns the end of a period, given the start of the first one and the number of periods that
    /// have passed since then. Counting from the first one keeps the day of the month, if the month
    /// has it.
    pub(super) fn end(self, anchor: i64, passed: i32) -> i64 {
        months_after(anchor, self.months().saturating_mul(passed.saturating_add(1)))
    }
}

/// Returns the same time of the same day some months later, or of the last day of that month if it
/// is shorter.
fn months_after(millis: i64, months: i32) -> i64 {
    let date = utc_date(millis);
    let month = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
    let month = u8::try_from(month + 1).ok().and_then(|month| Month::try_from(month).ok());
    let month = month.unwrap_or(Month::January);
    let day = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).map_or(i64::MAX, |later| {
        millis + (i64::from(later.to_julian_day()) - i64::from(date.to_julian_day())) * DAY
    })
}

/// Returns the start of the day, in UTC.
pub(in crate::emulator::store) fn day_of(millis: i64) -> i64 {
    millis - millis.rem_euclid(DAY)
}

/// Returns the calendar month, in UTC.
pub(in crate::emulator::store) fn month_of(millis: i64) -> (i32, Month) {
    let date = utc_date(millis);
    (date.year(), date.month())
}

pub(super) fn utc_date(millis: i64) -> Date {
    OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000))
        .map_or(OffsetDateTime::UNIX_EPOCH.date(), OffsetDateTime::date)
}

#[cfg(test)]
mod tests {
    use time::format_description::well_known::Rfc3339;

    use super::*;

    fn millis(date: &str) -> i64 {
        OffsetDateTime::parse(date, &Rfc3339).unwrap().unix_timestamp() * 1000
    }

    #[test]
    fn periods_keep_the_day_of_the_month_where_it_exists() {
        let anchor = millis("2027-01-31T08:30:00Z");
        for (passed, end) in [
            (0, "2027-02-28T08:30:00Z"),
            (1, "2027-03-31T08:30:00Z"),
            (11, "2028-01-31T08:30:00Z"),
            (12, "2028-02-29T08:30:00Z"),
        ] {
            assert_eq!(Period::Month.end(anchor, passed), millis(end));
        }
        assert_eq!(
            Period::Annual.end(millis("2028-02-29T00:00:00Z"), 0),
            millis("2029-02-28T00:00:00Z")
        );
    }
}
