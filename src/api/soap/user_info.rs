//! `GetUserInfoResult`: the same in `login` and `getUserInfo`, in the order of the WSDL.

use super::escape;
use crate::org::session::LIFETIME;
use crate::org::{Grant, Org};

/// The elements inside `userInfo` or `result`.
pub(super) fn xml(org: &Org, grant: &Grant) -> String {
    let user = grant.user();
    let elements = [
        ("accessibilityMode", "false".into()),
        ("chatterExternal", "false".into()),
        ("currencySymbol", "$".into()),
        ("orgAttachmentFileSizeLimit", "5242880".into()),
        ("orgDefaultCurrencyIsoCode", "USD".into()),
        ("orgDefaultCurrencyLocale", "en_US".into()),
        ("orgDisallowHtmlAttachments", "false".into()),
        ("orgHasPersonAccounts", "false".into()),
        ("organizationId", org.id.to_string()),
        ("organizationMultiCurrency", "false".into()),
        ("organizationName", org.name.clone()),
        ("profileId", user.profile_id.to_string()),
        ("roleId", String::new()),
        ("sessionSecondsValid", LIFETIME.as_secs().to_string()),
        ("userDefaultCurrencyIsoCode", String::new()),
        ("userEmail", user.spec.email.clone()),
        ("userFullName", user.full_name()),
        ("userId", user.id.to_string()),
        ("userLanguage", "en_US".into()),
        ("userLocale", "en_US".into()),
        ("userName", user.spec.username.clone()),
        ("userTimeZone", "GMT".into()),
        ("userType", "Standard".into()),
        ("userUiSkin", "Theme3".into()),
    ];
    elements
        .iter()
        .map(|(name, value)| match value.as_str() {
            "" => format!("<{name} xsi:nil=\"true\"/>"),
            value => format!("<{name}>{}</{name}>", escape(value)),
        })
        .collect()
}
