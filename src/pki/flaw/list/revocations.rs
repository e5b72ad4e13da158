//! Flaws by name: CRLs, policies, and whom the org knows. Rows of [`flaws!`](super::flaws).

macro_rules! revocations {
    ($next:ident $($others:tt)*) => {
        $next! {
            $($others)*

            // revocation
            /// The client's certificate is on its issuer's CRL.
            /// Its key was lost: issue a new one, upload it, give it to the client.
            RevokedLeaf = "revoked-leaf", Chain revocation::leaf, High, Edge(Revoked),
                "client[revoked] < issuing < (root*)";
            /// The client's certificate is on its issuer's CRL, without a reason.
            /// Unspecified is a reason too.
            RevokedForNoReason = "revoked-for-no-reason", Chain revocation::leaf_for_no_reason, Low, Edge(Revoked),
                "client[revoked] < issuing < (root*)";
            /// The client's certificate is on hold.
            /// It may come back; until then it is refused.
            RevokedOnHold = "revoked-on-hold", Chain revocation::leaf_on_hold, Medium, Edge(Revoked),
                "client[on hold] < issuing < (root*)";
            /// The intermediate is on the root's CRL.
            /// Nothing below it holds any more: another CA has to issue.
            RevokedIntermediate = "revoked-intermediate", Chain revocation::intermediate, High, Edge(Revoked),
                "client < issuing[revoked] < (root*)";
            /// Another certificate of the same subject is on the CRL.
            /// Serial numbers count, not names.
            AnotherRevoked = "another-revoked", Chain revocation::another, Low, Nobody,
                "client < issuing < (root*), CRL: another";
            /// Both CAs publish a CRL, and the client is on neither.
            /// What a well-kept CA looks like.
            CrlsCurrent = "crls-current", Chain revocation::current, Low, Nobody,
                "client < issuing < (root*), CRLs of both";
            /// No CA publishes a CRL.
            /// Unchecked by default; edge.revocation = "require" refuses.
            NoCrl = "no-crl", Chain revocation::no_list, Medium, Nobody,
                "client < issuing < (root*), no CRL";
            /// The root publishes a CRL and the issuing CA does not.
            /// Unchecked by default; edge.revocation = "require" refuses.
            NoCrlBelowTheRoot = "no-crl-below-the-root", Chain revocation::no_list_below_the_root, Medium, Nobody,
                "client < issuing < (root*), CRL of the root";
            /// The issuing CA's CRL is out of date.
            /// The alert is that of an expired certificate: the CA has to publish.
            CrlStale = "crl-stale", Chain revocation::stale, High, Edge(CrlStale),
                "client < issuing < (root*), CRL[next update yesterday]";
            /// The root's CRL is out of date.
            /// Offline roots are forgotten: the CA has to publish.
            CrlOfRootStale = "crl-of-root-stale", Chain revocation::stale_of_root, Medium, Edge(CrlStale),
                "client < issuing < (root*), CRL of root[next update yesterday]";
            /// The issuing CA's CRL is of tomorrow.
            /// A clock is wrong.
            CrlNotYetValid = "crl-not-yet-valid", Chain revocation::not_yet_valid, Low, Edge(CrlNotYetValid),
                "client < issuing < (root*), CRL[from tomorrow]";
            /// One bit of the CRL's signature is wrong.
            /// The file was damaged on its way: load it again.
            CrlBadlySigned = "crl-badly-signed", Chain revocation::badly_signed, Low, Edge(CrlInvalid),
                "client < issuing < (root*), CRL[one bit of its signature]";
            /// The CRL bears the issuing CA's name and was signed by another key.
            /// Load the CRL of the key that issued.
            CrlBySomebodyElse = "crl-by-somebody-else", Chain revocation::signed_by_another_key, Low, Edge(CrlInvalid),
                "client < issuing < (root*), CRL[by another key]";
            /// The issuing CA signs CRLs and its key usage lacks cRLSign.
            /// The CA has to have its certificate issued anew.
            CrlSignerMayNot = "crl-signer-may-not", Chain revocation::signer_without_crl_sign, Low, Edge(CrlInvalid),
                "client < issuing[no cRLSign] < (root*), CRL";
            /// The CRL has a critical extension that nobody knows.
            /// The CA has to publish without it.
            CrlUnknownCritical = "crl-unknown-critical", Chain revocation::unknown_critical, Low, Edge(CrlInvalid),
                "client < issuing < (root*), CRL[unknown critical extension]";

            // scope
            /// The issuing CA's CRL is for CAs alone.
            /// It says nothing about clients: load the other one too.
            CrlOfCasOnly = "crl-of-cas-only", Chain scope::only_of_cas, Low, Edge(CrlInvalid),
                "client < issuing < (root*), CRL[CAs only]";
            /// The issuing CA's CRL is for users alone.
            /// It covers the client.
            CrlOfUsersOnly = "crl-of-users-only", Chain scope::only_of_users, Low, Nobody,
                "client < issuing < (root*), CRL[users only]";
            /// The issuing CA's CRL is for another distribution point.
            /// It says nothing about this client: load the right one.
            CrlOfAnotherPlace = "crl-of-another-place", Chain scope::only_of_another_place, Low, Edge(CrlInvalid),
                "client < issuing < (root*), CRL[of another distribution point]";
            /// The issuing CA's CRL is for some reasons alone.
            /// All reasons have to be covered: load the others too.
            CrlOfSomeReasons = "crl-of-some-reasons", Chain scope::only_some_reasons, Low, Edge(CrlMissing),
                "client < issuing < (root*), CRL[some reasons only]";
            /// Another CA publishes the CRL, and the client is on it.
            /// An indirect CRL revokes like any other.
            IndirectRevoked = "indirect-revoked", Chain scope::indirect_and_revoked, Low, Edge(Revoked),
                "client[CRL by publisher] < issuing < (root*), CRL of publisher: client";
            /// Another CA publishes the CRL, and the client is not on it.
            /// An indirect CRL covers like any other.
            IndirectSound = "indirect-sound", Chain scope::indirect_and_sound, Low, Nobody,
                "client[CRL by publisher] < issuing < (root*), CRL of publisher";
            /// The client was revoked since the last whole CRL.
            /// A delta CRL revokes like any other.
            RevokedSince = "revoked-since", Chain scope::revoked_since, Low, Edge(Revoked),
                "client < issuing < (root*), CRL, changes: client";
            /// The client was on hold and has been released since the last whole CRL.
            /// removeFromCRL takes it off again.
            RemovedSince = "removed-since", Chain scope::removed_since, Low, Nobody,
                "client < issuing < (root*), CRL: client on hold, changes: removed";
            /// There are changes to a CRL, and no CRL.
            /// Load the whole one too.
            CrlChangesOnly = "crl-changes-only", Chain scope::changes_only, Low, Edge(CrlMissing),
                "client < issuing < (root*), changes";

            // policies
            /// The issuing CA demands a policy and the client has none.
            /// Have it issued under a policy of the CA's.
            PolicyMissing = "policy-missing", Chain policies::required_and_missing, Medium, Edge(Policy),
                "client < issuing[a policy is required] < (root*)";
            /// The issuing CA demands a policy and the client has it.
            /// That is what is demanded.
            PolicyMet = "policy-met", Chain policies::required_and_there, Low, Nobody,
                "client[policy 1] < issuing[policy 1 is required] < (root*)";
            /// The issuing CA demands a policy and the client has another.
            /// Have it issued under a policy of the CA's.
            PolicyOfAnother = "policy-of-another", Chain policies::required_and_another, Low, Edge(Policy),
                "client[policy 2] < issuing[policy 1 is required] < (root*)";
            /// Policies do not meet, and nobody demands that.
            /// Most chains are like that.
            PolicyNotRequired = "policy-not-required", Chain policies::not_required, Low, Nobody,
                "client[policy 2] < issuing[policy 1] < (root*)";
            /// The client's policy counts as the one that is demanded.
            /// The mapping is allowed.
            PolicyMapped = "policy-mapped", Chain policies::mapped, Low, Nobody,
                "client[policy 2] < issuing[policy 1 is required, 2 counts as 1] < (root*)";
            /// The client's policy would count as the one that is demanded, and mapping is forbidden.
            /// Have it issued under the policy itself.
            PolicyMappingForbidden = "policy-mapping-forbidden", Chain policies::mapping_forbidden, Low, Edge(Policy),
                "client[policy 2] < issuing[2 counts as 1] < upper[policy 1 is required, no mapping] < (root*)";
            /// The issuing CA is for any policy, which a CA above it does not let count.
            /// The issuing CA has to name its policy.
            AnyPolicyForbidden = "any-policy-forbidden", Chain policies::any_policy_forbidden, Low, Edge(Policy),
                "client[policy 1] < issuing[any policy] < upper[policy 1 is required, not by any] < (root*)";

            // identity
            /// The chain holds and nothing of this client is uploaded.
            /// Upload the client's certificate to the org.
            NotUploaded = "not-uploaded", Chain identity::not_uploaded, High, Org,
                "client < issuing < (root*), uploaded: nothing";
            /// The client was given its renewed certificate before the org was; the key is the same.
            /// Upload the renewed certificate: the key alone does not count.
            RenewedWithTheSameKey = "renewed-with-the-same-key", Chain identity::renewed_with_the_same_key, High, Org,
                "client[new serial] < issuing < (root*), uploaded: its predecessor";
            /// The org knows another certificate of the same subject, with another key.
            /// Upload what the client shows, or have it show what is uploaded.
            SameSubjectOtherKey = "same-subject-other-key", Chain identity::same_subject_other_key, High, Org,
                "client < issuing < (root*), uploaded: same subject, another key";
            /// The org knows a certificate of the same subject and serial number, by another issuer.
            /// Serial numbers count within an issuer.
            SameSerialOtherIssuer = "same-serial-other-issuer", Chain identity::same_serial_other_issuer, Medium, Org,
                "client < issuing < (root*), uploaded: same subject and serial, another issuer";
            /// The client moved to another CA with its key, and the org still knows the old certificate.
            /// Upload the new certificate.
            MovedToAnotherCa = "moved-to-another-ca", Chain identity::moved_to_another_ca, Medium, Org,
                "client < issuing < (root*), uploaded: same subject and key, another issuer";
            /// The whole chain is uploaded, not the client's certificate alone.
            /// The first certificate counts.
            ChainUploaded = "chain-uploaded", Chain identity::chain_uploaded, Medium, Nobody,
                "client < issuing < (root*), uploaded: client and issuing";
        }
    };
}
