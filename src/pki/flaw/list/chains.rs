//! Flaws by name: dates, what is sent, and where the chain ends. Rows of [`flaws!`](super::flaws).

macro_rules! chains {
    ($next:ident $($others:tt)*) => {
        $next! {
            $($others)*

            // time
            /// The client's certificate expired yesterday.
            /// Renew it, upload the new one, then switch the client over.
            ExpiredLeaf = "expired-leaf", Leaf time::expired_leaf, High, Edge(Expired),
                "client[expired] < issuing < (root*)";
            /// The intermediate that the client sends expired yesterday.
            /// The client's own certificate is fine: send the intermediate's successor with it.
            ExpiredIntermediate = "expired-intermediate", Chain time::expired_intermediate, High, Edge(Expired),
                "client < issuing[expired] < (root*)";
            /// The root on the list expired yesterday.
            /// Nothing that the client sends can help: move to a CA whose root lives.
            ExpiredRoot = "expired-root", Chain time::expired_root, Medium, Edge(Expired),
                "client < issuing < (root[expired]*)";
            /// The client's certificate begins tomorrow.
            /// A renewal that was put to use too early, or a clock that is wrong.
            NotYetValidLeaf = "not-yet-valid-leaf", Leaf time::not_yet_valid_leaf, High, Edge(NotYetValid),
                "client[from tomorrow] < issuing < (root*)";
            /// The intermediate begins tomorrow.
            /// Send the intermediate that is valid today; most CAs have both for a while.
            NotYetValidIntermediate = "not-yet-valid-intermediate", Chain time::not_yet_valid_intermediate, Medium, Edge(NotYetValid),
                "client < issuing[from tomorrow] < (root*)";
            /// The root on the list begins tomorrow.
            /// Wait, or take a CA whose root is valid.
            NotYetValidRoot = "not-yet-valid-root", Chain time::not_yet_valid_root, Low, Edge(NotYetValid),
                "client < issuing < (root[from tomorrow]*)";
            /// The client's certificate ends before it begins.
            /// It was never valid: have it issued anew.
            ReversedValidity = "reversed-validity", Leaf time::reversed_validity, Low, Edge(Expired),
                "client[ends before it begins] < issuing < (root*)";
            /// The client's certificate is in its last second.
            /// notAfter itself still counts (RFC 5280 4.1.2.5).
            LastSecond = "last-second", Chain time::last_second, Low, Nobody,
                "client[ends now] < issuing < (root*)";
            /// The client's certificate is in its first second.
            /// notBefore itself counts already (RFC 5280 4.1.2.5).
            FirstSecond = "first-second", Leaf time::first_second, Low, Nobody,
                "client[begins now] < issuing < (root*)";
            /// The client's certificate ends in 2050, written with four digits.
            /// From 2050 on dates have four digits, and clients must read both forms.
            EndsIn2050 = "ends-in-2050", Leaf time::ends_in_2050, Low, Nobody,
                "client[until 20500101000000Z] < issuing < (root*)";
            /// The client's certificate ends in 2050, written with two digits, which mean 1950.
            /// Two digits from 50 on mean the last century: have the CA write four.
            TwoDigit2050 = "two-digit-2050", Leaf time::two_digit_2050, Medium, Edge(Expired),
                "client[until 500101000000Z] < issuing < (root*)";
            /// The client's certificate has a date before 2050 with four digits.
            /// RFC 5280 wants two digits there; nobody insists.
            FourDigit2049 = "four-digit-2049", Leaf time::four_digit_2049, Low, Nobody,
                "client[until 20491231235959Z] < issuing < (root*)";
            /// The client's certificate has no well-defined end.
            /// 99991231235959Z stands for none (RFC 5280 4.1.2.5).
            WithoutEnd = "without-end", Leaf time::without_end, Low, Nobody,
                "client[until 99991231235959Z] < issuing < (root*)";

            // chain
            /// The client sends its own certificate alone.
            /// The most common mistake: send the intermediates too, none is fetched.
            LeafOnly = "leaf-only", Chain chain::leaf_only, High, Edge(MissingIntermediate),
                "client < (issuing) < (root*)";
            /// Of two intermediates the client sends the lower one.
            /// Send every certificate up to the root; the root may be left out.
            MiddleMissing = "middle-missing", Chain chain::middle_missing, High, Edge(NoIssuer),
                "client < issuing < (upper) < (root*)";
            /// The intermediates come in the wrong order.
            /// The edge sorts them; other servers may not, and an upload minds.
            Shuffled = "shuffled", Chain chain::shuffled, Medium, Nobody,
                "client, upper, issuing: client < issuing < upper < (root*)";
            /// The root is sent too.
            /// It changes nothing: the list decides, not the client.
            RootIncluded = "root-included", Chain chain::root_included, Medium, Nobody,
                "client < issuing < root*";
            /// A certificate that belongs to nobody is sent too.
            /// It is passed over.
            UnrelatedExtra = "unrelated-extra", Chain chain::unrelated_extra, Medium, Nobody,
                "client, stranger, issuing: client < issuing < (root*)";
            /// Every certificate is sent twice.
            /// Two files that were put together: the copies are passed over.
            EverythingTwice = "everything-twice", Chain chain::everything_twice, Low, Nobody,
                "client, issuing, client, issuing: client < issuing < (root*)";
            /// The root itself issued the client's certificate.
            /// There is no intermediate to send.
            StraightFromTheRoot = "straight-from-the-root", Chain chain::straight_from_the_root, Low, Nobody,
                "client < (root*)";
            /// Two roots signed the issuing CA; the certificate by the listed one comes first.
            /// Both ways are tried.
            CrossSignedListedFirst = "cross-signed-listed-first", Chain chain::cross_signed_listed_first, Medium, Nobody,
                "client, issuing, twin: client < issuing < (root*), client < twin < (elsewhere)";
            /// Two roots signed the issuing CA; the certificate by the listed one comes last.
            /// Both ways are tried; OpenSSL alone would follow the first and refuse.
            CrossSignedListedLast = "cross-signed-listed-last", Chain chain::cross_signed_listed_last, Medium, Nobody,
                "client, twin, issuing: client < twin < (elsewhere), client < issuing < (root*)";
            /// The intermediate's expired predecessor, of the same key, is sent before it.
            /// The one that holds is found; leave the old one out all the same.
            OldTwinFirst = "old-twin-first", Chain chain::old_twin_first, Medium, Nobody,
                "client, issuing[expired], issuing: client < issuing < (root*)";
            /// Two intermediates signed each other, and none leads to a root.
            /// Send the chain that leads to a listed root.
            Circle = "circle", Chain chain::circle, Low, Edge(NoIssuer),
                "client < issuing < other < issuing …";
            /// There are ten intermediates.
            /// Nobody counts below 32 certificates.
            TenIntermediates = "ten-intermediates", Chain chain::ten_intermediates, Low, Nobody,
                "client < 9 < … < 1 < issuing < (root*)";
            /// The client sends 33 certificates.
            /// Somebody sends a whole bundle: send the chain alone.
            TooMany = "too-many", Chain chain::too_many, Low, Edge(TooMany),
                "client, issuing, 31 times issuing";
            /// The root allows no intermediate below it, and there is one.
            /// The CA's operator has to issue otherwise.
            PathLengthOfRoot = "path-length-of-root", Chain chain::path_length_of_root, Medium, Edge(PathTooLong),
                "client < issuing < (root[path length 0]*)";
            /// An intermediate allows no CA below it, and there is one.
            /// The CA's operator has to issue otherwise.
            PathLengthOfIntermediate = "path-length-of-intermediate", Chain chain::path_length_of_intermediate, Medium, Edge(PathTooLong),
                "client < issuing < upper[path length 0] < (root*)";
            /// Path lengths that are just kept.
            /// A leaf does not count.
            PathLengthKept = "path-length-kept", Chain chain::path_length_kept, Low, Nobody,
                "client < issuing[path length 0] < (root[path length 1]*)";
            /// The intermediate that is sent has the right name and another key.
            /// The CA changed its key: send the certificate of the key that signed.
            OtherKeyOfIntermediate = "other-key-of-intermediate", Chain chain::other_key_of_intermediate, High, Edge(NoIssuer),
                "client < (issuing), issuing[another key] < (root*)";

            // trust
            /// The client's certificate signs itself.
            /// It was seen that these do not work: have a listed CA sign it.
            SelfSigned = "self-signed", Chain trust::self_signed, High, Edge(SelfSigned),
                "client < client";
            /// The client's certificate signs itself, and says that it is a CA.
            /// Being a CA does not make it listed.
            SelfSignedCa = "self-signed-ca", Chain trust::self_signed_ca, Medium, Edge(SelfSigned),
                "client[CA] < client";
            /// The chain leads to a root that is not on the list.
            /// A private CA: use a listed one, or have the root listed.
            UnlistedRoot = "unlisted-root", Chain trust::unlisted_root, High, Edge(NoIssuer),
                "client < issuing < (root)";
            /// The chain leads to a root that is not on the list, and the root is sent.
            /// Sending a root does not make it trusted.
            UnlistedRootSent = "unlisted-root-sent", Chain trust::unlisted_root_sent, High, Edge(UnlistedRoot),
                "client < issuing < root";
            /// The client's certificate is by a root that is known, and no longer on the list.
            /// Roots leave the list: move to another CA in time.
            DelistedRoot = "delisted-root", Chain trust::delisted_root, Medium, Edge(UnlistedRoot),
                "client < (root)";
            /// Somebody put the intermediate among the roots, and not its root.
            /// Only roots are trusted: have the root listed.
            IntermediateListed = "intermediate-listed", Chain trust::intermediate_listed, Medium, Edge(NoIssuer),
                "client < issuing[among the roots] < (root)";
            /// The root on the list has the right name and another key.
            /// The CA has a new root: have the old one listed too, or a certificate below the new one.
            OtherKeyOfRoot = "other-key-of-root", Chain trust::other_key_of_root, Medium, Edge(NoIssuer),
                "client < issuing < (root), (root[another key]*)";
        }
    };
}
