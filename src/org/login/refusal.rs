//! Why credentials are refused: the org's words for the client, plain ones for the journal.

/// Why credentials are refused; each has an entry in `docs/refusals.md`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum CredentialRefusal {
    /// The user is not active.
    #[error("the user is inactive")]
    Inactive,
    /// The password, or the token after it, is wrong.
    #[error("the password is wrong")]
    InvalidPassword,
    /// The user is locked out.
    #[error("the user is locked out")]
    Locked,
    /// The login is meant for another org (`LoginScopeHeader`).
    #[error("the login is meant for another org")]
    OtherOrg,
    /// The login is meant for a portal (`LoginScopeHeader`), and there is none.
    #[error("there are no portals")]
    Portal,
    /// The password is right, but the address is outside the trusted ranges and no token follows.
    #[error("the security token is missing")]
    TokenRequired,
    /// Nobody has that username. Said by whoever looked for the user.
    #[error("nobody has that username")]
    UnknownUser,
}

impl CredentialRefusal {
    /// All of them, in order of name.
    pub const ALL: [Self; 7] = [
        Self::Inactive,
        Self::InvalidPassword,
        Self::Locked,
        Self::OtherOrg,
        Self::Portal,
        Self::TokenRequired,
        Self::UnknownUser,
    ];

    /// The exception code of the SOAP API.
    pub fn code(self) -> &'static str {
        match self {
            Self::TokenRequired => "LOGIN_MUST_USE_SECURITY_TOKEN",
            _ => "INVALID_LOGIN",
        }
    }

    /// The org's words; on purpose they do not tell an unknown user from a wrong password or a lock.
    pub fn message(self) -> &'static str {
        match self {
            Self::TokenRequired => {
                "Invalid username, password, security token; or user locked out. Are you at a new location? When \
                 accessing Salesforce--either via a desktop client or the API--from outside of your company's trusted \
                 networks, you must add a security token to your password to log in. To get your new security token, \
                 log in to Salesforce. From your personal settings, enter Reset My Security Token in the Quick Find \
                 box, then select Reset My Security Token."
            }
            _ => "Invalid username, password, security token; or user locked out.",
        }
    }

    /// What the login page says; on purpose it does not tell an unknown user from a wrong password or a lock.
    pub fn page_text(self) -> &'static str {
        "Please check your username and password. If you still can't log in, contact your Salesforce administrator."
    }

    /// LoginHistory's `Status`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Inactive => "User is Inactive",
            Self::InvalidPassword => "Invalid Password",
            Self::Locked => "Password Lockout",
            Self::TokenRequired => "Failed: API security token required",
            Self::OtherOrg | Self::Portal | Self::UnknownUser => "Invalid Login",
        }
    }

    /// The entry in `docs/refusals.md`.
    pub fn anchor(self) -> &'static str {
        match self {
            Self::Inactive => "inactive-user",
            Self::InvalidPassword => "invalid-password",
            Self::Locked => "locked-user",
            Self::OtherOrg => "other-org",
            Self::Portal => "portal",
            Self::TokenRequired => "security-token-required",
            Self::UnknownUser => "unknown-user",
        }
    }

    /// What the rule wants.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Inactive => "an active user",
            Self::InvalidPassword => "the user's password, or password and security token in one",
            Self::Locked => "a user who is not locked out",
            Self::OtherOrg => "no organizationId, or this org's in 15 or 18 characters",
            Self::Portal => "no portalId in LoginScopeHeader",
            Self::TokenRequired => "password and security token in one, from outside the user's trusted ranges",
            Self::UnknownUser => "a username that is in the org",
        }
    }

    /// What to do about it.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Inactive => "activate the user (active = true), or log in as another",
            Self::InvalidPassword => "check the client's secret store against the scenario",
            Self::Locked => "unlock the user (locked = false)",
            Self::OtherOrg => "take the organizationId of this org, or leave LoginScopeHeader out",
            Self::Portal => "leave portalId out: portals and their users are not simulated",
            Self::TokenRequired => "append the security token to the password, or add the network to trusted-ranges",
            Self::UnknownUser => "check the spelling; a sandbox has usernames of its own",
        }
    }
}
