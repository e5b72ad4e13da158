//! Dates as certificates write them: to the second, UTCTime until 2049 and GeneralizedTime after (RFC 5280 4.1.2.5).

use std::time::Duration;

use der::DateTime;
use jiff::Timestamp;
use x509_cert::time::Time;

use super::Unmintable;

pub(in crate::pki) fn time(at: Timestamp) -> Result<Time, Unmintable> {
    let since = u64::try_from(at.as_second()).map_err(|_| Unmintable::Date(at))?;
    let date = DateTime::from_unix_duration(Duration::from_secs(since)).map_err(|_| Unmintable::Date(at))?;
    Ok(Time::from(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_two_digits_until_2049_and_four_after() {
        let general = |text: &str| matches!(time(text.parse().unwrap()).unwrap(), Time::GeneralTime(_));
        assert!(!general("2049-12-31T23:59:59.9Z"));
        assert!(general("2050-01-01T00:00:00Z"));
    }

    #[test]
    fn refuses_dates_before_1970() {
        assert!(matches!(time("1969-12-31T23:59:58Z".parse().unwrap()), Err(Unmintable::Date(_))));
    }
}
