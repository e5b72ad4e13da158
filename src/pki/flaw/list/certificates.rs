//! Flaws by name: what a certificate says, and how it is signed. Rows of [`flaws!`](super::flaws).

macro_rules! certificates {
    ($next:ident $($others:tt)*) => {
        $next! {
            $($others)*

            // signature
            /// One bit of the client's certificate's signature is wrong.
            /// The file was damaged: get it from the CA again.
            FlippedBit = "flipped-bit", Leaf signature::flipped_bit, Medium, Edge(BadSignature),
                "client[one bit of its signature] < issuing < (root*)";
            /// One bit of the intermediate's signature is wrong.
            /// The file was damaged: get it from the CA again.
            FlippedBitInIntermediate = "flipped-bit-in-intermediate", Chain signature::flipped_bit_in_intermediate, Medium, Edge(BadSignature),
                "client < issuing[one bit of its signature] < (root*)";
            /// The serial number was changed after signing.
            /// Somebody edited it: have it issued anew.
            AlteredContent = "altered-content", Leaf signature::altered_content, Medium, Edge(BadSignature),
                "client[serial altered] < issuing < (root*)";
            /// The end of the signature is blotted out with zeros.
            /// The file was damaged: get it from the CA again.
            EmptySignature = "empty-signature", Leaf signature::empty_signature, Low, Edge(BadSignature),
                "client[signature blotted out] < issuing < (root*)";
            /// A key other than the issuer's signed the client's certificate, which points at the issuer's.
            /// Somebody poses as the CA, or the wrong key was taken: have it issued anew.
            WrongKey = "wrong-key", Chain signature::wrong_key, Medium, Edge(BadSignature),
                "client[by another key] < issuing < (root*)";
            /// A key other than the root's signed the intermediate, which points at the root's.
            /// Somebody poses as the root: get the intermediate from the CA.
            WrongKeyOfRoot = "wrong-key-of-root", Chain signature::wrong_key_of_root, Low, Edge(BadSignature),
                "client < issuing[by another key] < (root*)";
            /// The client's certificate names one signature algorithm inside and another outside.
            /// Both must be one (RFC 5280 4.1.1.2): have it issued anew.
            AlgorithmMismatch = "algorithm-mismatch", Leaf signature::algorithm_mismatch, Low, Edge(BadSignature),
                "client[SHA-384 inside, SHA-256 outside] < issuing < (root*)";

            // strength
            /// The client's certificate is signed with SHA-1.
            /// Security level 2 refuses it: have it signed with SHA-256.
            Sha1 = "sha-1", Chain strength::sha_1, Medium, Edge(Weak),
                "client[SHA-1] < issuing < (root*)";
            /// The client's certificate is signed with MD5.
            /// Have it signed with SHA-256.
            Md5 = "md-5", Chain strength::md_5, Low, Edge(Weak),
                "client[MD5] < issuing < (root*)";
            /// The intermediate is signed with SHA-1.
            /// Send its successor; most CAs have one.
            Sha1OfIntermediate = "sha-1-of-intermediate", Chain strength::sha_1_of_intermediate, Medium, Edge(Weak),
                "client < issuing[SHA-1] < (root*)";
            /// The client's key is RSA of 1,024 bits.
            /// Make a key of 2,048 bits or more, or P-256.
            Rsa1024 = "rsa-1024", Leaf strength::rsa_1024, Medium, Edge(Weak),
                "client[RSA-1024] < issuing < (root*)";
            /// The intermediate's key is RSA of 1,024 bits.
            /// The CA has to change its key.
            Rsa1024OfIntermediate = "rsa-1024-of-intermediate", Chain strength::rsa_1024_of_intermediate, Low, Edge(Weak),
                "client < issuing[RSA-1024] < (root*)";
            /// The client's key spells its curve out.
            /// Make a key on a named curve.
            ExplicitCurve = "explicit-curve", Leaf strength::explicit_curve, Low, Edge(Other),
                "client[curve spelt out] < issuing < (root*)";
            /// The client's key is on the curve secp256k1.
            /// The chain holds. In TLS 1.2 the edge takes no such curve; for TLS 1.3 no signature with it exists.
            Secp256k1 = "secp256k1", Leaf strength::secp256k1, Low, Handshake,
                "client[secp256k1] < issuing < (root*)";
            /// The client's key is on the curve P-521.
            /// Unusual, and it holds.
            P521 = "p-521", Leaf strength::p_521, Low, Nobody,
                "client[P-521] < issuing < (root*)";
            /// The client's key is Ed25519.
            /// It holds here; many CAs and servers do not know it.
            Ed25519 = "ed25519", Leaf strength::ed25519, Low, Nobody,
                "client[Ed25519] < issuing < (root*)";
            /// The client's certificate is signed with RSASSA-PSS.
            /// Unusual, and it holds.
            Pss = "pss", Chain strength::pss, Low, Nobody,
                "client[RSASSA-PSS] < issuing < (root*)";

            // purpose
            /// The client's certificate has no extended key usage.
            /// clientAuth is demanded by name (edge.client-auth-eku).
            NoExtendedKeyUsage = "no-extended-key-usage", Leaf purpose::no_extended_key_usage, High, Edge(NoClientAuth),
                "client[no EKU] < issuing < (root*)";
            /// The client's certificate is for servers alone.
            /// What public CAs issue since 2026: ask for clientAuth, or move to another CA.
            ServerAuthOnly = "server-auth-only", Leaf purpose::server_auth_only, High, Edge(NoClientAuth),
                "client[EKU serverAuth] < issuing < (root*)";
            /// The client's certificate is for any purpose, and does not name clientAuth.
            /// anyExtendedKeyUsage does not stand in for it.
            AnyPurpose = "any-purpose", Leaf purpose::any_purpose, Medium, Edge(NoClientAuth),
                "client[EKU any] < issuing < (root*)";
            /// The client's certificate is for e-mail and code.
            /// Ask for one with clientAuth.
            OtherPurposes = "other-purposes", Leaf purpose::other_purposes, Medium, Edge(NoClientAuth),
                "client[EKU e-mail, code] < issuing < (root*)";
            /// The client's certificate is for servers and clients.
            /// clientAuth among others will do.
            ClientAndServer = "client-and-server", Leaf purpose::client_and_server, Medium, Nobody,
                "client[EKU serverAuth, clientAuth] < issuing < (root*)";
            /// The client's certificate has no key usage.
            /// Without the extension everything is allowed.
            NoKeyUsage = "no-key-usage", Leaf purpose::no_key_usage, Low, Nobody,
                "client[no key usage] < issuing < (root*)";
            /// The client's key usage lacks digitalSignature.
            /// A client signs the handshake: have it issued with digitalSignature.
            EnciphermentOnly = "encipherment-only", Leaf purpose::encipherment_only, Medium, Edge(KeyUsage),
                "client[keyEncipherment] < issuing < (root*)";
            /// The client's key usage is key agreement alone.
            /// OpenSSL takes it for a client's.
            KeyAgreementOnly = "key-agreement-only", Leaf purpose::key_agreement_only, Low, Nobody,
                "client[keyAgreement] < issuing < (root*)";
            /// The client's certificate says that it is a CA.
            /// Unwise, and it holds.
            CaAsClient = "ca-as-client", Leaf purpose::ca_as_client, Low, Nobody,
                "client[CA] < issuing < (root*)";
            /// The client's certificate is of version 1 and has no extensions.
            /// Nothing says what it is for: have it issued as version 3 with clientAuth.
            Version1 = "version-1", Leaf purpose::version_1, Medium, Edge(NoClientAuth),
                "client[version 1] < issuing < (root*)";

            // issuers
            /// The intermediate is for servers alone.
            /// The renewal failure of 2026: have the certificate issued from another intermediate.
            IssuerForServers = "issuer-for-servers", Chain issuers::server_auth_only, High, Edge(IssuerWithoutClientAuth),
                "client < issuing[EKU serverAuth] < (root*)";
            /// The intermediate names its purposes, clientAuth among them.
            /// That is enough.
            IssuerForClientsToo = "issuer-for-clients-too", Chain issuers::client_auth_among_others, Low, Nobody,
                "client < issuing[EKU serverAuth, clientAuth] < (root*)";
            /// The issuer's certificate says that it is no CA.
            /// Send the CA's own certificate.
            IssuerNotACa = "issuer-not-aca", Chain issuers::not_a_ca, Medium, Edge(IssuerNotCa),
                "client < issuing[not a CA] < (root*)";
            /// The issuer's certificate has no basic constraints.
            /// Whoever issues has to say that it is a CA.
            IssuerNoConstraints = "issuer-no-constraints", Chain issuers::no_basic_constraints, Medium, Edge(IssuerNotCa),
                "client < issuing[no basic constraints] < (root*)";
            /// The issuer's key usage lacks keyCertSign.
            /// The CA has to have its certificate issued anew.
            IssuerNoKeyCertSign = "issuer-no-key-cert-sign", Chain issuers::no_key_cert_sign, Medium, Edge(IssuerNotCa),
                "client < issuing[no keyCertSign] < (root*)";
            /// The issuer's certificate is of version 1.
            /// It cannot say that it is a CA, and only a root needs not to.
            IssuerVersion1 = "issuer-version-1", Chain issuers::version_1, Low, Edge(IssuerNotCa),
                "client < issuing[version 1] < (root*)";
            /// Another client's certificate signed the client's.
            /// A client cannot issue.
            IssuedByAClient = "issued-by-aclient", Chain issuers::another_client, Low, Edge(IssuerNotCa),
                "client < other client < issuing < (root*)";

            // names
            /// The client's certificate has no subject.
            /// The chain holds; whoever reads the name gets nothing.
            EmptySubject = "empty-subject", Leaf names::empty_subject, Low, Nobody,
                "client[no subject] < issuing < (root*)";
            /// The client's certificate has alternative names and no subject.
            /// The identity is in the critical subjectAltName (RFC 5280 4.1.2.6).
            AlternativeNamesOnly = "alternative-names-only", Leaf names::alternative_names_only, Low, Nobody,
                "client[no subject, DNS name] < issuing < (root*)";
            /// Issuer and subject are one name in two string types.
            /// Names are compared as text (RFC 5280 7.1).
            OtherEncoding = "other-encoding", Chain names::other_encoding, Medium, Nobody,
                "client[issuer in PrintableString] < issuing[UTF8String] < (root*)";
            /// Issuer and subject differ in case and spaces alone.
            /// Names are compared without them (RFC 5280 7.1).
            OtherCase = "other-case", Chain names::other_case, Low, Nobody,
                "client[issuer ACME  in capitals] < issuing[Acme In Capitals] < (root*)";
            /// The client's certificate names another issuer than the one whose key signed it.
            /// Names link a chain: the CA was renamed, send the certificate of that name.
            OtherName = "other-name", Chain names::other_name, Medium, Edge(NoIssuer),
                "client[of another issuer] < issuing < (root*)";
            /// The client's certificate has a hundred alternative names.
            /// A client's names bind nobody unless a CA is constrained.
            ManyAlternativeNames = "many-alternative-names", Leaf names::many_alternative_names, Low, Nobody,
                "client[100 DNS names] < issuing < (root*)";

            // constraints
            /// A DNS name within what the issuing CA may certify.
            /// The constraint is kept.
            DnsKept = "dns-kept", Chain constraints::dns_kept, Low, Nobody,
                "client[DNS billing.acme.example] < issuing[acme.example only] < (root*)";
            /// A DNS name beyond what the issuing CA may certify.
            /// Have it issued for an allowed name, or by another CA.
            DnsViolated = "dns-violated", Chain constraints::dns_violated, Medium, Edge(NameConstraint),
                "client[DNS billing.elsewhere.example] < issuing[acme.example only] < (root*)";
            /// A DNS name that the issuing CA may not certify.
            /// Have it issued by another CA.
            DnsExcluded = "dns-excluded", Chain constraints::dns_excluded, Medium, Edge(NameConstraint),
                "client[DNS billing.acme.example] < issuing[not acme.example] < (root*)";
            /// An e-mail address within what the issuing CA may certify.
            /// The constraint is kept.
            EmailKept = "email-kept", Chain constraints::email_kept, Low, Nobody,
                "client[billing@acme.example] < issuing[acme.example only] < (root*)";
            /// An e-mail address beyond what the issuing CA may certify.
            /// Have it issued for an allowed address.
            EmailViolated = "email-violated", Chain constraints::email_violated, Low, Edge(NameConstraint),
                "client[billing@elsewhere.example] < issuing[acme.example only] < (root*)";
            /// An IP address within what the issuing CA may certify.
            /// The constraint is kept.
            IpKept = "ip-kept", Chain constraints::ip_kept, Low, Nobody,
                "client[192.0.2.7] < issuing[192.0.2.0/24 only] < (root*)";
            /// An IP address beyond what the issuing CA may certify.
            /// Have it issued for an allowed address.
            IpViolated = "ip-violated", Chain constraints::ip_violated, Low, Edge(NameConstraint),
                "client[198.51.100.7] < issuing[192.0.2.0/24 only] < (root*)";
            /// A URI within what the issuing CA may certify.
            /// The constraint is kept.
            UriKept = "uri-kept", Chain constraints::uri_kept, Low, Nobody,
                "client[https://billing.acme.example/…] < issuing[.acme.example only] < (root*)";
            /// A URI beyond what the issuing CA may certify.
            /// Have it issued for an allowed URI.
            UriViolated = "uri-violated", Chain constraints::uri_violated, Low, Edge(NameConstraint),
                "client[https://billing.elsewhere.example/…] < issuing[.acme.example only] < (root*)";
            /// A subject within what the issuing CA may certify.
            /// The constraint is kept.
            DirectoryKept = "directory-kept", Chain constraints::directory_kept, Low, Nobody,
                "client[O=Acme] < issuing[O=Acme only] < (root*)";
            /// A subject beyond what the issuing CA may certify.
            /// Have it issued for an allowed subject, or by another CA.
            DirectoryViolated = "directory-violated", Chain constraints::directory_violated, Medium, Edge(NameConstraint),
                "client[O=Acme] < issuing[O=Elsewhere only] < (root*)";
            /// The issuing CA is constrained in names of a kind that the client does not have.
            /// Such a constraint binds nobody.
            ConstraintOfAnotherKind = "constraint-of-another-kind", Chain constraints::of_another_kind, Low, Nobody,
                "client[DNS name] < issuing[e-mail addresses only of acme.example] < (root*)";

            // critical
            /// The client's certificate has a critical extension that nobody knows.
            /// Have it issued without, or with the extension not critical.
            UnknownCritical = "unknown-critical", Leaf critical::in_leaf, Medium, Edge(UnknownCriticalExtension),
                "client[unknown critical extension] < issuing < (root*)";
            /// The intermediate has a critical extension that nobody knows.
            /// Send an intermediate without.
            UnknownCriticalInIntermediate = "unknown-critical-in-intermediate", Chain critical::in_intermediate, Low, Edge(UnknownCriticalExtension),
                "client < issuing[unknown critical extension] < (root*)";
            /// The root has a critical extension that nobody knows.
            /// Move to another CA.
            UnknownCriticalInRoot = "unknown-critical-in-root", Chain critical::in_root, Low, Edge(UnknownCriticalExtension),
                "client < issuing < (root[unknown critical extension]*)";
            /// The client's certificate has an extension that nobody knows, and it is not critical.
            /// It is passed over.
            UnknownNotCritical = "unknown-not-critical", Leaf critical::not_critical, Low, Nobody,
                "client[unknown extension] < issuing < (root*)";

            // serial
            /// The client's serial number is zero.
            /// RFC 5280 forbids it, OpenSSL does not mind.
            SerialZero = "serial-zero", Leaf serial::zero, Low, Nobody,
                "client[serial 0] < issuing < (root*)";
            /// The client's serial number is negative.
            /// RFC 5280 forbids it, OpenSSL does not mind.
            SerialNegative = "serial-negative", Leaf serial::negative, Low, Nobody,
                "client[serial below 0] < issuing < (root*)";
            /// The client's serial number is longer than 20 octets.
            /// RFC 5280 forbids it, OpenSSL does not mind.
            SerialOf21Octets = "serial-of-21-octets", Leaf serial::of_21_octets, Low, Nobody,
                "client[serial of 21 octets] < issuing < (root*)";

            // malformed
            /// The client's certificate has one extension twice.
            /// Have it issued anew.
            ExtensionTwice = "extension-twice", Leaf malformed::extension_twice, Low, Edge(Other),
                "client[an extension twice] < issuing < (root*)";
            /// The client's basic constraints are no DER.
            /// Have it issued anew.
            MalformedConstraints = "malformed-constraints", Leaf malformed::basic_constraints, Low, Edge(Other),
                "client[basic constraints of no sense] < issuing < (root*)";
            /// The client's key usage is no DER.
            /// Have it issued anew.
            MalformedKeyUsage = "malformed-key-usage", Leaf malformed::key_usage, Low, Edge(Other),
                "client[key usage of no sense] < issuing < (root*)";
            /// The client's extended key usage is empty.
            /// Have it issued anew with clientAuth.
            EmptyPurposes = "empty-purposes", Leaf malformed::empty_purposes, Low, Edge(NoClientAuth),
                "client[empty EKU] < issuing < (root*)";
            /// The client's path length is negative.
            /// Have it issued anew.
            NegativePathLength = "negative-path-length", Leaf malformed::negative_path_length, Low, Edge(Other),
                "client[path length below 0] < issuing < (root*)";
            /// The client's alternative names are no DER.
            /// Have it issued anew.
            MalformedAlternativeNames = "malformed-alternative-names", Leaf malformed::alternative_names, Low, Edge(Other),
                "client[alternative names of no sense] < issuing < (root*)";
            /// The client's dates are in month 13.
            /// Have it issued anew.
            Month13 = "month-13", Leaf malformed::month_13, Low, Edge(Other),
                "client[month 13] < issuing < (root*)";
            /// The client's certificate says that it is of version 10.
            /// OpenSSL does not mind; other libraries do.
            Version9 = "version-9", Leaf malformed::version_9, Low, Nobody,
                "client[version 10] < issuing < (root*)";
            /// The client's certificate is of version 1 and has extensions.
            /// OpenSSL does not mind; other libraries do.
            Version1WithExtensions = "version-1-with-extensions", Leaf malformed::version_1_with_extensions, Low, Nobody,
                "client[version 1, with extensions] < issuing < (root*)";
        }
    };
}
