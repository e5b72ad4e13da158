//! Devices that wait for their user: a code for the device, a short one for the person. The wall's clock rules both.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::bounded::Bounded;
use crate::data::Id;

/// So many devices may wait at once; the oldest go.
pub const MAX_DEVICES: usize = 10_000;

/// How long a device may wait, on the wall's clock.
pub const DEVICE_TIMEOUT: SignedDuration = SignedDuration::from_secs(10 * 60);

/// How long a device must leave between two questions.
pub const POLL_INTERVAL: SignedDuration = SignedDuration::from_secs(5);

/// A device that waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Device {
    /// What its user types.
    pub user_code: String,
    /// The consumer key of its app.
    pub client_id: String,
    /// Scopes, space-separated.
    pub scope: String,
    /// When it began, on the wall's clock.
    pub issued: Timestamp,
    /// What its user said.
    pub answer: Answer,
    /// When it asked last.
    pub asked: Option<Timestamp>,
}

/// What the user of a device said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// This user lets it in.
    Allowed(Id),
    /// Somebody said no.
    Denied,
    /// Nothing yet.
    Pending,
}

/// What a device hears.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Poll {
    /// This user lets it in, with these scopes; asked once.
    Allowed(Id, String),
    /// The user said no.
    Denied,
    /// It waited too long.
    Expired,
    /// Its user has not answered.
    Pending,
    /// The same, and it asks too often.
    TooFast,
    /// There is no such device.
    Unknown,
}

/// The devices that wait, by their own code.
#[derive(Debug)]
pub struct Devices(Mutex<Bounded<String, Device>>);

impl Default for Devices {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(MAX_DEVICES)))
    }
}

impl Devices {
    /// Forgets them all.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps a device.
    pub fn keep(&self, device_code: String, device: Device) {
        self.devices().insert(device_code, device);
    }

    /// What the device of that app hears when it asks at `now`.
    pub fn poll(&self, device_code: &str, client_id: &str, now: Timestamp) -> Poll {
        let (mut devices, device_code) = (self.devices(), device_code.to_owned());
        let Some(device) = devices.get_mut(&device_code).filter(|device| device.client_id == client_id) else {
            return Poll::Unknown;
        };
        if !device.waits_at(now) {
            return Poll::Expired;
        }
        match &device.answer {
            Answer::Allowed(user) => {
                let allowed = Poll::Allowed(user.clone(), device.scope.clone());
                devices.remove(&device_code);
                allowed
            }
            Answer::Denied => Poll::Denied,
            Answer::Pending => match device.asked.replace(now) {
                Some(last) if now.duration_since(last) < POLL_INTERVAL => Poll::TooFast,
                _ => Poll::Pending,
            },
        }
    }

    /// The device that waits for this code to be typed, in either case and with or without a hyphen.
    pub fn waiting(&self, user_code: &str, now: Timestamp) -> Option<Device> {
        let typed = plain(user_code);
        let devices = self.devices();
        let mut found = devices.iter().map(|(_, device)| device);
        found.find(|device| device.user_code == typed && device.is_open_at(now)).cloned()
    }

    /// Answers for the device that waits for this code; false if none does any more.
    pub fn answer(&self, user_code: &str, now: Timestamp, answer: Answer) -> bool {
        let typed = plain(user_code);
        let mut devices = self.devices();
        let found = devices.iter().find(|(_, device)| device.user_code == typed && device.is_open_at(now));
        let Some(device_code) = found.map(|(device_code, _)| device_code.clone()) else { return false };
        if let Some(device) = devices.get_mut(&device_code) {
            device.answer = answer;
        }
        true
    }

    fn devices(&self) -> MutexGuard<'_, Bounded<String, Device>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device {
    fn waits_at(&self, now: Timestamp) -> bool {
        now.duration_since(self.issued) < DEVICE_TIMEOUT
    }

    fn is_open_at(&self, now: Timestamp) -> bool {
        self.answer == Answer::Pending && self.waits_at(now)
    }
}

fn plain(user_code: &str) -> String {
    user_code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2029-03-01T00:00:00Z";

    fn waiting() -> (Devices, Timestamp) {
        let issued = START.parse().unwrap();
        let devices = Devices::default();
        let device = Device {
            user_code: "25XPRH6C".into(),
            client_id: "app".into(),
            scope: "api".into(),
            issued,
            answer: Answer::Pending,
            asked: None,
        };
        devices.keep("device".into(), device);
        (devices, issued)
    }

    #[test]
    fn a_device_that_asks_too_often_is_told_so_and_no_more_once_it_waits() {
        let (devices, start) = waiting();
        let at = |seconds| devices.poll("device", "app", start + SignedDuration::from_secs(seconds));
        assert_eq!([at(0), at(4), at(8), at(13)], [Poll::Pending, Poll::TooFast, Poll::TooFast, Poll::Pending]);
        assert_eq!(devices.poll("device", "another", start), Poll::Unknown);
        assert_eq!(devices.poll("other", "app", start), Poll::Unknown);
    }

    #[test]
    fn an_answer_is_heard_at_once_and_one_that_lets_in_only_once() {
        let (devices, start) = waiting();
        let user = Id::new("005", 1);
        assert_eq!(devices.poll("device", "app", start), Poll::Pending);
        assert!(devices.answer("25xp-rh6c", start, Answer::Allowed(user.clone())));
        assert!(!devices.answer("25XPRH6C", start, Answer::Denied), "it has its answer");
        assert_eq!(devices.poll("device", "app", start), Poll::Allowed(user, "api".into()));
        assert_eq!(devices.poll("device", "app", start), Poll::Unknown);
    }

    #[test]
    fn a_device_waits_ten_minutes() {
        let (devices, start) = waiting();
        assert!(devices.waiting("25XPRH6C", start + DEVICE_TIMEOUT - SignedDuration::from_secs(1)).is_some());
        assert!(devices.waiting("25XPRH6C", start + DEVICE_TIMEOUT).is_none());
        assert!(!devices.answer("25XPRH6C", start + DEVICE_TIMEOUT, Answer::Denied));
        assert_eq!(devices.poll("device", "app", start + DEVICE_TIMEOUT), Poll::Expired);
    }
}
