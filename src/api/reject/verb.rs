//! What the verbs refuse, for the admin door.

use super::admin::{problem, shown};
use super::{Cause, Explanation, Reject, clipped};
use crate::api::AdvertiseError;
use crate::controls::identities::MintError;
use crate::controls::{
    BadMark, ClockError, CrlError, FaultError, FoundError, ResetError, StepError, SwitchError, TrustError, Undelivered,
    UnknownUser, UploadError, UserError,
};
use crate::org::UploadRefusal;
use crate::scenario::Permission;
use crate::store::Unkept;

impl From<UploadError> for Reject {
    fn from(error: UploadError) -> Self {
        let refusal = match error {
            UploadError::Refused(refusal) => refusal,
            UploadError::Unkept(unkept) => return unkept.into(),
            UploadError::UnknownClient(name) => return unknown_client(&name),
            UploadError::UnknownLabel(label) => {
                let message = format!("no mutual authentication certificate {:?}", shown(&label));
                let expected = "the label of one, case and spaces as in GET /v1/certificates";
                return unknown("unknown-label", &message, expected, &label);
            }
        };
        let status = match refusal {
            UploadRefusal::Duplicate { .. } | UploadRefusal::LabelTaken { .. } => 409,
            _ => 422,
        };
        let (code, message) = (refusal.code(), refusal.to_string());
        Self::new(Cause::Said { status, code, message }, Explanation::from(&refusal))
    }
}

impl From<UnknownUser> for Reject {
    fn from(UnknownUser(name): UnknownUser) -> Self {
        let message = format!("no user {:?}", shown(&name));
        unknown("unknown-user", &message, "a username of this org, in any case", &name)
    }
}

impl From<UserError> for Reject {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Unknown(unknown) => unknown.into(),
            UserError::Unkept(unkept) => unkept.into(),
        }
    }
}

impl From<Unkept> for Reject {
    fn from(unkept: Unkept) -> Self {
        let rule = "what is acknowledged outlives the process (--data-dir)";
        let cure = "make room or mend the disk, and start mockorg again; see docs/state.md#a-disk-that-refuses";
        problem(507, "not-kept", &unkept.to_string(), [rule, "a data folder that can be written", unkept.cause(), cure])
    }
}

impl From<ResetError> for Reject {
    fn from(error: ResetError) -> Self {
        let message = error.to_string();
        match error {
            ResetError::Unkept(unkept) | ResetError::Found(FoundError::Unkept(unkept)) => unkept.into(),
            ResetError::Undelivered(undelivered) => (&undelivered).into(),
            ResetError::Found(_) => {
                let cure = "start the org again; what it was made of may have changed";
                problem(500, "not-reset", &message, ["going back", "the scenario as loaded", &message, cure])
            }
        }
    }
}

impl From<MintError> for Reject {
    fn from(error: MintError) -> Self {
        let message = error.to_string();
        match &error {
            MintError::NoIssuer(_) => {
                let expected = "a client or a CA whose issuer is a CA of the scenario";
                let rule = "only a CA whose key is here can renew or revoke";
                problem(409, "no-issuer", &message, [rule, expected, "one without", "give it an issuer"])
            }
            MintError::Unmintable { .. } => {
                problem(500, "unmintable", &message, ["signing", "a signature", &message, "please report it"])
            }
            MintError::Undelivered(undelivered) => undelivered.into(),
            MintError::Unkept(unkept) => unkept.clone().into(),
            MintError::UnknownAuthority(name) => unknown("unknown-ca", &message, "a [[ca]] of the scenario", name),
            MintError::UnknownClient(name) => unknown_client(name),
            MintError::UnknownName(name) => {
                unknown("unknown-name", &message, "a [[client]] or a [[ca]] of the scenario", name)
            }
        }
    }
}

impl From<&Undelivered> for Reject {
    fn from(undelivered: &Undelivered) -> Self {
        let rule = "a delivery is in the files of the kit (--kit)";
        let cure = "make room or mend the folder, and deliver it again";
        let words = [rule, "a folder that can be written", &undelivered.cause, cure];
        problem(507, "not-delivered", &undelivered.to_string(), words)
    }
}

impl From<FaultError> for Reject {
    fn from(error: FaultError) -> Self {
        let message = error.to_string();
        match error {
            FaultError::Bad { reason, .. } => Self::bad_fault(&reason),
            FaultError::TooMany => {
                let rule = "each fault is looked at for every connection or request";
                problem(409, "too-many-faults", &message, [rule, "less of them", &message, "clear some first"])
            }
            FaultError::Unknown(name) => unknown("unknown-fault", &message, "a fault that is set", &name),
        }
    }
}

impl Reject {
    /// Keys that make no fault.
    pub fn bad_fault(why: &str) -> Self {
        let expected = "the keys of a [[fault]]";
        let cure = "compare it with docs/scenarios.md#fault";
        // it may name every effect that there is
        let why = clipped(why, 600);
        problem(400, "bad-fault", &format!("not a fault: {why}"), ["faults", expected, &why, cure])
    }
}

impl From<TrustError> for Reject {
    fn from(error: TrustError) -> Self {
        let message = error.to_string();
        let taken = |code, cure| {
            problem(409, code, &message, ["a root is listed once, under one alias", "a new one", &message, cure])
        };
        match &error {
            TrustError::AliasTaken(_) => taken("alias-taken", "choose another alias"),
            TrustError::AlreadyListed(_) => taken("already-listed", "leave it as it is, or take it off first"),
            TrustError::BadAlias(alias) => {
                let expected = "lower-case letters and digits";
                problem(
                    400,
                    "bad-alias",
                    &message,
                    ["aliases of roots", expected, &shown(alias), "choose another alias"],
                )
            }
            TrustError::NotARoot(_) => {
                let rule = "only roots can be listed; intermediates come from the client";
                problem(
                    422,
                    "not-a-root",
                    &message,
                    [rule, "a self-issued certificate", &message, "send the chain's root"],
                )
            }
            TrustError::Unkept(unkept) => unkept.clone().into(),
            TrustError::UnknownAlias(alias) => unknown("unknown-alias", &message, "an alias of GET /v1/trust", alias),
        }
    }
}

impl From<SwitchError> for Reject {
    fn from(error: SwitchError) -> Self {
        let message = error.to_string();
        let cure = "see docs/scenarios.md for the switches and their values";
        match &error {
            SwitchError::BadValue { name, value, reason } => {
                problem(400, "bad-switch-value", &message, [&format!("values of {name}"), reason, &shown(value), cure])
            }
            SwitchError::Unkept(unkept) => unkept.clone().into(),
            SwitchError::Unknown { name, nearest } => {
                problem(404, "unknown-switch", &message, ["names of switches", nearest, &shown(name), cure])
            }
        }
    }
}

impl From<ClockError> for Reject {
    fn from(error: ClockError) -> Self {
        let message = error.to_string();
        match error {
            ClockError::Unkept(unkept) => unkept.into(),
            ClockError::OutOfCalendar(_) => {
                let rule = "years that a timestamp can hold";
                problem(400, "out-of-calendar", &message, [rule, "-9999 to 9999", "a year beyond", "move it by less"])
            }
        }
    }
}

impl From<StepError> for Reject {
    fn from(error: StepError) -> Self {
        let message = error.to_string();
        let rule = "a step with on = \"call\" is played when somebody says so, once";
        match error {
            StepError::Failed { explanation, .. } => {
                let Explanation { rule, expected, found, cure, .. } = &*explanation;
                problem(409, "step-failed", &message, [rule, expected, found, cure])
            }
            StepError::NotOnCall { trigger, .. } => {
                let cure = "leave it to its trigger, or give it on = \"call\" in the scenario";
                problem(
                    409,
                    "not-on-call",
                    &message,
                    [rule, "a step on call", &format!("one that comes {trigger}"), cure],
                )
            }
            StepError::Played(_) => {
                let cure = "reset the org to play it again";
                problem(409, "step-played", &message, [rule, "a step that was not played yet", "one that was", cure])
            }
            StepError::Unknown { name, known } => {
                let cure = "see [[step]] in the scenario for the names that there are";
                problem(404, "unknown-step", &message, [rule, &known, &shown(&name), cure])
            }
        }
    }
}

impl From<BadMark> for Reject {
    fn from(error: BadMark) -> Self {
        let cure = "name it after what comes next: before-renewal";
        problem(400, "bad-mark", &error.to_string(), ["names of marks", "a short text", "something else", cure])
    }
}

impl From<CrlError> for Reject {
    fn from(error: CrlError) -> Self {
        let message = error.to_string();
        match error {
            CrlError::Mint(error) => error.into(),
            CrlError::OfAnother { expected, found } => {
                let rule = "a CRL stands for the CA that issued it";
                let cure = "name that CA in the path, or give the CRL in the scenario ([trust].crls)";
                problem(422, "crl-of-another", &message, [rule, &expected, &found, cure])
            }
            CrlError::Unreadable(_) => {
                let cure = "send PEM in \"pem\", or base64 of DER in \"der\"";
                problem(422, "not-a-crl", &message, ["replacing a CRL", "one CRL", "something else", cure])
            }
        }
    }
}

impl From<AdvertiseError> for Reject {
    fn from(error: AdvertiseError) -> Self {
        let message = error.to_string();
        match &error {
            AdvertiseError::Host { host, names } => {
                let rule = "the server's certificate holds for names given at start";
                let cure = "start the org with --advertise NAME";
                problem(422, "unknown-name", &message, [rule, &names.join(", "), &shown(host), cure])
            }
            AdvertiseError::Port => {
                problem(400, "bad-port", &message, ["ports", "1 to 65535", "0", "name the mapped port"])
            }
        }
    }
}

impl Reject {
    pub fn unknown_permission(name: &str) -> Self {
        let known = Permission::ALL.map(Permission::name).join(", ");
        unknown("unknown-permission", &format!("no permission {:?}", shown(name)), &known, name)
    }

    pub fn not_one_root(found: &str) -> Self {
        let cure = "send the root alone; each has an alias of its own";
        problem(
            422,
            "not-one-root",
            "one root in PEM is expected",
            ["adding to the trust list", "one certificate", found, cure],
        )
    }
}

fn unknown_client(name: &str) -> Reject {
    let message = format!("no client is named {:?}", shown(name));
    unknown("unknown-client", &message, "a [[client]] of the scenario", name)
}

fn unknown(code: &'static str, message: &str, expected: &str, found: &str) -> Reject {
    let cure = "see GET /v1/org for the names that there are";
    problem(404, code, message, ["names of this org", expected, &shown(found), cure])
}
