//! API versions: which there are, what they are called, which take a SOAP login.

use super::reject::Reject;

/// An API version that is served.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Version(u16);

/// What a version in a path can be.
pub(super) enum Asked {
    /// Served.
    Current(Version),
    /// Taken out of service.
    Retired,
    /// Not there yet, or no version at all.
    Unknown,
}

impl Version {
    pub const NEWEST: Self = Self(68);
    const OLDEST: Self = Self(31);
    /// The last one with SOAP `login()`.
    pub const LAST_SOAP_LOGIN: Self = Self(64);

    /// Every version served, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Self)
    }

    /// Reads `68.0`.
    pub fn asked(text: &str) -> Asked {
        let number = text.strip_suffix(".0").filter(|whole| whole.bytes().all(|byte| byte.is_ascii_digit()));
        match number.and_then(|whole| whole.parse().ok()).map(Self) {
            Some(version) if version < Self::OLDEST => Asked::Retired,
            Some(version) if version <= Self::NEWEST => Asked::Current(version),
            _ => Asked::Unknown,
        }
    }

    /// `68.0`
    pub fn number(self) -> String {
        format!("{}.0", self.0)
    }

    /// `Winter '27`: three releases a year, and 32.0 was Winter '15.
    pub fn label(self) -> String {
        let since = i32::from(self.0) - 32;
        let season = ["Winter", "Spring", "Summer"][usize::try_from(since.rem_euclid(3)).unwrap_or(0)];
        format!("{season} '{}", 15 + since.div_euclid(3))
    }

    /// Whether SOAP `login()` is still in it.
    pub fn has_soap_login(self) -> bool {
        self <= Self::LAST_SOAP_LOGIN
    }

    /// Explains a version that is not served.
    pub fn explain(reject: Reject, found: &str) -> Reject {
        reject.because(
            "API versions 31.0 to 68.0 are served; 30.0 and below are retired",
            "a version from 31.0 to 68.0",
            found,
            "set the client's API version to one that the org lists under /services/data",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_follow_the_seasons() {
        let label = |number| Version(number).label();
        assert_eq!(
            [31, 32, 63, 64, 65, 66, 67, 68].map(label),
            [
                "Summer '14",
                "Winter '15",
                "Spring '25",
                "Summer '25",
                "Winter '26",
                "Spring '26",
                "Summer '26",
                "Winter '27"
            ]
        );
    }
}
