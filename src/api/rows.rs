//! The records that an org holds: itself, its users, its login history.

use std::collections::HashMap;

use super::login::SUCCESS;
use crate::data::{Id, Object, Row, Rows, Value};
use crate::org::{LoginRow, Org, User};
use crate::store::Store;

/// One view of the org and what grows beside it.
pub(super) struct Held<'a> {
    pub org: &'a Org,
    pub store: &'a Store,
}

impl Rows for Held<'_> {
    fn rows(&self, object: &'static Object) -> Vec<Row> {
        match object.name {
            "LoginHistory" => self.login_history(),
            "Organization" => vec![in_order(object, &organization(self.org))],
            "User" => self.users(object),
            _ => Vec::new(),
        }
    }
}

impl Held<'_> {
    fn users(&self, object: &'static Object) -> Vec<Row> {
        let mut last_login: HashMap<Id, Value> = HashMap::new();
        for login in self.store.logins() {
            if let Some(user) = login.user_id.as_ref().filter(|_| login.status == SUCCESS) {
                last_login.insert(user.clone(), Value::Time(login.time));
            }
        }
        let last = |user: &User| last_login.get(&user.id).cloned().unwrap_or(Value::Null);
        self.org.users.iter().map(|each| in_order(object, &user(self.org, each, last(each)))).collect()
    }

    /// An attempt under a name that nobody has is in the journal only: here every row belongs to a user.
    fn login_history(&self) -> Vec<Row> {
        self.store.logins().iter().filter_map(|row| login(row)).collect()
    }
}

fn organization(org: &Org) -> Vec<(&'static str, Value)> {
    vec![
        ("Id", org.id.as_str().into()),
        ("Name", org.name.as_str().into()),
        ("InstanceName", "MOCK".into()),
        ("IsSandbox", false.into()),
        ("IsReadOnly", false.into()),
        ("OrganizationType", "Developer Edition".into()),
        ("DefaultLocaleSidKey", "en_US".into()),
        ("LanguageLocaleKey", "en_US".into()),
        ("TimeZoneSidKey", "GMT".into()),
        ("CreatedDate", org.created.into()),
        ("LastModifiedDate", org.created.into()),
        ("SystemModstamp", org.created.into()),
    ]
}

fn user(org: &Org, user: &User, last_login: Value) -> Vec<(&'static str, Value)> {
    let spec = &user.spec;
    vec![
        ("Id", user.id.as_str().into()),
        ("Username", spec.username.as_str().into()),
        ("LastName", spec.last_name.as_str().into()),
        ("FirstName", Value::maybe(spec.first_name.as_deref())),
        ("Name", user.full_name().into()),
        ("Email", spec.email.as_str().into()),
        ("Alias", spec.last_name.chars().take(8).collect::<String>().into()),
        ("CommunityNickname", spec.username.split('@').next().unwrap_or_default().into()),
        ("IsActive", spec.active.into()),
        ("TimeZoneSidKey", "GMT".into()),
        ("LocaleSidKey", "en_US".into()),
        ("EmailEncodingKey", "UTF-8".into()),
        ("ProfileId", user.profile_id.as_str().into()),
        ("UserType", "Standard".into()),
        ("LanguageLocaleKey", "en_US".into()),
        ("LastLoginDate", last_login),
        ("CreatedDate", org.created.into()),
        ("LastModifiedDate", org.created.into()),
        ("SystemModstamp", org.created.into()),
    ]
}

fn login(login: &LoginRow) -> Option<Row> {
    let object = Object::named("LoginHistory")?;
    let values = [
        ("Id", login.id.as_str().into()),
        ("UserId", login.user_id.as_ref()?.as_str().into()),
        ("LoginTime", login.time.into()),
        ("LoginType", (&*login.login_type).into()),
        ("SourceIp", login.source_ip.as_str().into()),
        ("LoginUrl", login.login_url.as_str().into()),
        ("TlsProtocol", login.tls_protocol.as_str().into()),
        ("CipherSuite", login.cipher_suite.as_str().into()),
        ("Browser", "Unknown".into()),
        ("Platform", "Unknown".into()),
        ("Status", (&*login.status).into()),
        ("Application", login.application.as_str().into()),
        ("ClientVersion", "N/A".into()),
        ("ApiType", Value::maybe(login.api_type.as_deref())),
        ("ApiVersion", Value::maybe(login.api_version.as_deref())),
    ];
    Some(in_order(object, &values))
}

/// Values by name put in the order of the object's fields; what is not named is null.
fn in_order(object: &Object, values: &[(&'static str, Value)]) -> Row {
    let value = |name: &str| values.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    object.fields.iter().map(|field| value(field.name).unwrap_or(Value::Null)).collect()
}
