//! `GetUserInfoResult`: the same in `login` and `getUserInfo`, in the order of the WSDL.

use super::escape;
use crate::org::session::LIFETIME;
use crate::org::{Grant, Org};

/// Its elements in their order, with the types that the WSDL gives them; `?` after a type: it may be nil.
pub(in crate::api) const ELEMENTS: [(&str, &str); 24] = [
    ("accessibilityMode", "xsd:boolean"),
    ("chatterExternal", "xsd:boolean"),
    ("currencySymbol", "xsd:string?"),
    ("orgAttachmentFileSizeLimit", "xsd:int"),
    ("orgDefaultCurrencyIsoCode", "xsd:string?"),
    ("orgDefaultCurrencyLocale", "xsd:string?"),
    ("orgDisallowHtmlAttachments", "xsd:boolean"),
    ("orgHasPersonAccounts", "xsd:boolean"),
    ("organizationId", "tns:ID"),
    ("organizationMultiCurrency", "xsd:boolean"),
    ("organizationName", "xsd:string"),
    ("profileId", "tns:ID"),
    ("roleId", "tns:ID?"),
    ("sessionSecondsValid", "xsd:int"),
    ("userDefaultCurrencyIsoCode", "xsd:string?"),
    ("userEmail", "xsd:string"),
    ("userFullName", "xsd:string"),
    ("userId", "tns:ID"),
    ("userLanguage", "xsd:string"),
    ("userLocale", "xsd:string"),
    ("userName", "xsd:string"),
    ("userTimeZone", "xsd:string"),
    ("userType", "xsd:string"),
    ("userUiSkin", "xsd:string"),
];

/// The elements inside `userInfo` or `result`.
pub(super) fn xml(org: &Org, grant: &Grant) -> String {
    let user = grant.user();
    let values: [String; 24] = [
        "false".into(),
        "false".into(),
        "$".into(),
        "5242880".into(),
        "USD".into(),
        "en_US".into(),
        "false".into(),
        "false".into(),
        org.id.to_string(),
        "false".into(),
        org.name.clone(),
        user.profile_id.to_string(),
        String::new(),
        LIFETIME.as_secs().to_string(),
        String::new(),
        user.spec.email.clone(),
        user.full_name(),
        user.id.to_string(),
        "en_US".into(),
        "en_US".into(),
        user.spec.username.clone(),
        "GMT".into(),
        "Standard".into(),
        "Theme3".into(),
    ];
    let elements = ELEMENTS.iter().zip(&values);
    elements
        .map(|((name, _), value)| match value.as_str() {
            "" => format!("<{name} xsi:nil=\"true\"/>"),
            value => format!("<{name}>{}</{name}>", escape(value)),
        })
        .collect()
}
