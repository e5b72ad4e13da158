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
    /// The password is right and must be replaced.
    #[error("the password has expired")]
    PasswordExpired,
    /// The password is right, but the address is outside the trusted ranges and no token follows.
    #[error("the security token is missing")]
    TokenRequired,
    /// Nobody has that username. Said by whoever looked for the user.
    #[error("nobody has that username")]
    UnknownUser,
}

impl CredentialRefusal {
    /// All of them, in order of name.
    pub const ALL: [Self; 6] = [
        Self::Inactive,
        Self::InvalidPassword,
        Self::Locked,
        Self::PasswordExpired,
        Self::TokenRequired,
        Self::UnknownUser,
    ];

    /// The exception code of the SOAP API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Inactive | Self::InvalidPassword | Self::Locked | Self::UnknownUser => "INVALID_LOGIN",
            Self::PasswordExpired => "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
            Self::TokenRequired => "LOGIN_MUST_USE_SECURITY_TOKEN",
        }
    }

    /// The org's words; on purpose they do not tell an unknown user from a wrong password or a lock.
    pub fn message(self) -> &'static str {
        match self {
            Self::Inactive | Self::InvalidPassword | Self::Locked | Self::UnknownUser => {
                "Invalid username, password, security token; or user locked out."
            }
            Self::PasswordExpired => {
                "The users password has expired, you must call SetPassword before attempting any other API operations"
            }
            Self::TokenRequired => {
                "Invalid username, password, security token; or user locked out. Are you at a new location? When \
                 accessing Salesforce--either via a desktop client or the API--from outside of your company's trusted \
                 networks, you must add a security token to your password to log in."
            }
        }
    }

    /// What the login page says; on purpose it does not tell an unknown user from a wrong password or a lock.
    pub fn page_text(self) -> &'static str {
        match self {
            Self::PasswordExpired => "Your password has expired.",
            Self::Inactive | Self::InvalidPassword | Self::Locked | Self::TokenRequired | Self::UnknownUser => {
                "Please check your username and password. If you still can't log in, contact your Salesforce \
                 administrator."
            }
        }
    }

    /// LoginHistory's `Status`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Inactive => "User is Inactive",
            Self::InvalidPassword => "Invalid Password",
            Self::Locked => "Password Lockout",
            Self::PasswordExpired => "Password Expired",
            Self::TokenRequired => "Failed: API security token required",
            Self::UnknownUser => "Invalid Login",
        }
    }

    /// The entry in `docs/refusals.md`.
    pub fn anchor(self) -> &'static str {
        match self {
            Self::Inactive => "inactive-user",
            Self::InvalidPassword => "invalid-password",
            Self::Locked => "locked-user",
            Self::PasswordExpired => "password-expired",
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
            Self::PasswordExpired => "a password that has not expired",
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
            Self::PasswordExpired => {
                "set a new password (password-expired = false); integration users should not expire"
            }
            Self::TokenRequired => "append the security token to the password, or add the network to trusted-ranges",
            Self::UnknownUser => "check the spelling; a sandbox has usernames of its own",
        }
    }
}
