//! The sObjects that every org has, their fields and types. No records, and no objects of a scenario's own.

/// An sObject.
#[derive(Debug)]
pub struct Object {
    /// `LoginHistory`
    pub name: &'static str,
    /// The three characters that its ids begin with.
    pub key_prefix: &'static str,
    /// In the order in which a record's values come.
    pub fields: &'static [Field],
}

/// A field of an sObject.
#[derive(Debug)]
pub struct Field {
    /// `LoginTime`
    pub name: &'static str,
    /// Its type.
    pub kind: FieldType,
}

/// The types that fields have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldType {
    /// `boolean`
    Boolean,
    /// `dateTime`
    DateTime,
    /// `id` or `reference`: 15 and 18 characters are the same.
    Id,
    /// `string`, `picklist`, `email`
    Text,
}

impl Object {
    /// The object of that name, whatever its case.
    pub fn named(name: &str) -> Option<&'static Self> {
        OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }

    /// The place and the field of that name, whatever its case.
    pub fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name.eq_ignore_ascii_case(name))
    }
}

impl FieldType {
    /// The type's name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::DateTime => "dateTime",
            Self::Id => "id",
            Self::Text => "string",
        }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Every object that there is.
pub const OBJECTS: &[Object] = &[
    Object { name: "LoginHistory", key_prefix: "0Ya", fields: LOGIN_HISTORY },
    Object { name: "Organization", key_prefix: "00D", fields: ORGANIZATION },
    Object { name: "User", key_prefix: "005", fields: USER },
];

const fn boolean(name: &'static str) -> Field {
    Field { name, kind: FieldType::Boolean }
}

const fn date_time(name: &'static str) -> Field {
    Field { name, kind: FieldType::DateTime }
}

const fn id(name: &'static str) -> Field {
    Field { name, kind: FieldType::Id }
}

const fn text(name: &'static str) -> Field {
    Field { name, kind: FieldType::Text }
}

const LOGIN_HISTORY: &[Field] = &[
    id("Id"),
    id("UserId"),
    date_time("LoginTime"),
    text("LoginType"),
    text("SourceIp"),
    text("LoginUrl"),
    id("AuthenticationServiceId"),
    id("LoginGeoId"),
    text("TlsProtocol"),
    text("CipherSuite"),
    text("Browser"),
    text("Platform"),
    text("Status"),
    text("Application"),
    text("ClientVersion"),
    text("ApiType"),
    text("ApiVersion"),
    text("CountryIso"),
    text("AuthMethodReference"),
];

const ORGANIZATION: &[Field] = &[
    id("Id"),
    text("Name"),
    text("Division"),
    text("PrimaryContact"),
    text("InstanceName"),
    boolean("IsSandbox"),
    boolean("IsReadOnly"),
    date_time("TrialExpirationDate"),
    text("NamespacePrefix"),
    text("OrganizationType"),
    text("DefaultLocaleSidKey"),
    text("LanguageLocaleKey"),
    text("TimeZoneSidKey"),
    date_time("CreatedDate"),
    date_time("LastModifiedDate"),
    date_time("SystemModstamp"),
];

const USER: &[Field] = &[
    id("Id"),
    text("Username"),
    text("LastName"),
    text("FirstName"),
    text("Name"),
    text("CompanyName"),
    text("Email"),
    text("Alias"),
    text("CommunityNickname"),
    boolean("IsActive"),
    text("TimeZoneSidKey"),
    id("UserRoleId"),
    text("LocaleSidKey"),
    text("EmailEncodingKey"),
    id("ProfileId"),
    text("UserType"),
    text("LanguageLocaleKey"),
    text("FederationIdentifier"),
    date_time("LastLoginDate"),
    date_time("CreatedDate"),
    date_time("LastModifiedDate"),
    date_time("SystemModstamp"),
];
