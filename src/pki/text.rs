//! Certificates, keys and octets as text, for records that outlive a process. What clients read is the kit's to write.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Certificate;

impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        octets::serialize(self.der(), serializer)
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_der(&octets::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Octets in base64.
pub mod octets {
    use super::*;

    /// As text.
    pub fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(octets))
    }

    /// From text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A private key: PKCS#8, DER in base64, not encrypted.
pub mod key {
    use openssl::pkey::{PKey, Private};

    use super::*;

    /// As text.
    pub fn serialize<S: Serializer>(key: &PKey<Private>, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;

        let der = key.private_key_to_pkcs8().map_err(S::Error::custom)?;
        octets::serialize(&der, serializer)
    }

    /// From text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PKey<Private>, D::Error> {
        PKey::private_key_from_pkcs8(&octets::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A distinguished name in DER.
pub mod name {
    use der::{Decode, Encode};
    use x509_cert::name::Name;

    use super::*;

    /// As text.
    pub fn serialize<S: Serializer>(name: &Name, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;

        octets::serialize(&name.to_der().map_err(S::Error::custom)?, serializer)
    }

    /// From text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        Name::from_der(&octets::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The reason of a revocation by its number (RFC 5280 5.3.1).
pub mod reason {
    use x509_cert::ext::pkix::CrlReason;

    use super::*;

    /// As a number.
    pub fn serialize<S: Serializer>(reason: &Option<CrlReason>, serializer: S) -> Result<S::Ok, S::Error> {
        reason.map(|reason| reason as u32).serialize(serializer)
    }

    /// From a number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CrlReason>, D::Error> {
        let number = Option::<u32>::deserialize(deserializer)?;
        number.map(|number| CrlReason::try_from(number).map_err(D::Error::custom)).transpose()
    }
}
