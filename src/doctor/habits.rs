//! What platforms are in the habit of doing with certificates, by the command's name: it colours a cure, never a finding.
//!
//! Each habit says what it rests on; `docs/doctor.md` has the sources.

/// What a command seems to run on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Platform {
    Curl,
    DotNet,
    Go,
    Java,
    Node,
    Python,
    Unknown,
}

/// What a habit leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Topic {
    LeafOnly,
    MixedPaths,
    NoCertificate,
    NotUploaded,
    UntrustedServer,
    WrongCertificate,
}

impl Platform {
    /// By the first word of the command that names a tool; a shell's script is looked through, too.
    pub fn of(command: &[String]) -> Self {
        let words = command.iter().flat_map(|argument| argument.split_whitespace());
        let named = words.filter_map(|word| {
            let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
            let name = name.trim_end_matches(".exe").trim_end_matches(".cmd");
            Self::named(name.trim_matches(['\'', '"', ';', '(', ')', '&']))
        });
        named.into_iter().next().unwrap_or(Self::Unknown)
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "curl" | "openssl" => Self::Curl,
            "dotnet" | "pwsh" | "powershell" => Self::DotNet,
            "go" => Self::Go,
            "java" | "mvn" | "mvnw" | "gradle" | "gradlew" | "kotlin" | "sbt" => Self::Java,
            "node" | "npm" | "npx" | "pnpm" | "yarn" | "jest" | "sf" | "sfdx" | "tsx" => Self::Node,
            "pytest" | "tox" | "poetry" | "uv" | "uvx" | "pipenv" | "nox" => Self::Python,
            name if name.starts_with("python") => Self::Python,
            _ => return None,
        })
    }

    /// The habits of this platform that lead to `topic`; of all platforms where none is known.
    pub fn habits(self, topic: Topic) -> Vec<&'static str> {
        let on = HABITS.iter().filter(|(about, _, _)| *about == topic);
        let own: Vec<_> = on.clone().filter(|(_, platform, _)| *platform == self).map(|(_, _, text)| *text).collect();
        if own.is_empty() {
            on.filter(|(_, platform, _)| *platform == Self::Unknown).map(|(_, _, text)| *text).collect()
        } else {
            own
        }
    }
}

/// Under `Unknown` stands what is said where the platform has no habit of its own.
const HABITS: &[(Topic, Platform, &str)] = &[
    (
        Topic::NoCertificate,
        Platform::Unknown,
        "the list of CA names is empty, here as in production: a chooser of certificates that looks for a listed issuer \
         finds none and sends nothing (observed)",
    ),
    (
        Topic::NoCertificate,
        Platform::Java,
        "the JDK's own key manager sends its certificate whatever the list of CA names (observed, JDK 17); a custom \
         X509KeyManager that looks through the issuers finds an empty list, or null, and sends nothing (observed)",
    ),
    (
        Topic::NoCertificate,
        Platform::Node,
        "Node sends what the agent of that very call was given, whatever the list (observed); jsforce brings a dispatcher \
         of its own: https.globalAgent and undici's setGlobalDispatcher do not reach 3.10.26, its own setDispatcher does \
         (observed)",
    ),
    (
        Topic::NoCertificate,
        Platform::Python,
        "requests sends what `cert` of that very session or call names, whatever the list (observed); simple-salesforce \
         takes a session, salesforce-bulk calls requests.post without one (read in its source)",
    ),
    (Topic::NoCertificate, Platform::Curl, "curl sends what --cert names, whatever the list of CA names (observed)"),
    (
        Topic::LeafOnly,
        Platform::Unknown,
        "a file or key store made from the certificate alone sends the certificate alone",
    ),
    (
        Topic::LeafOnly,
        Platform::DotNet,
        ".NET's HttpClient and SslStream send the leaf alone, unless the intermediates are in the system's store: give \
         them an SslStreamCertificateContext (ClientCertificateContext, .NET 8 and later) (observed: dotnet/runtime 47680, \
         66537)",
    ),
    (
        Topic::LeafOnly,
        Platform::Java,
        "a key store sends the chain of its entry: one that was filled with the certificate alone has none; import the \
         whole PKCS#12",
    ),
    (
        Topic::LeafOnly,
        Platform::Curl,
        "curl's --cert takes one PEM: leaf, then intermediates; openssl s_client sends the first certificate of -cert alone, \
         and the others only by -cert_chain (observed)",
    ),
    (
        Topic::WrongCertificate,
        Platform::Unknown,
        "with an empty list of CA names nothing narrows a key store that holds several entries: its first one goes \
         (observed)",
    ),
    (
        Topic::WrongCertificate,
        Platform::Java,
        "the default SunX509 key manager takes the first alias that fits the key type and does not look at the extended \
         key usage (observed); with an empty list of CA names nothing narrows its choice: keep one entry in the key store, \
         or choose the alias in a key manager of your own",
    ),
    (
        Topic::NotUploaded,
        Platform::Unknown,
        "a client that lives long keeps the identity that it was made with, whatever the file says since (observed)",
    ),
    (
        Topic::UntrustedServer,
        Platform::Unknown,
        "the variables that doctor sets (SSL_CERT_FILE, CURL_CA_BUNDLE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, \
         JAVA_TOOL_OPTIONS) count only where the client does not name a bundle of its own",
    ),
    (
        Topic::UntrustedServer,
        Platform::Curl,
        "curl reads CURL_CA_BUNDLE, and SSL_CERT_FILE only where neither that nor SSL_CERT_DIR is set; --cacert or a .curlrc \
         replaces them (observed)",
    ),
    (
        Topic::UntrustedServer,
        Platform::Java,
        "Java trusts what javax.net.ssl.trustStore names (doctor sets it in JAVA_TOOL_OPTIONS), unless the client makes an \
         SSLContext with trust managers of its own (observed)",
    ),
    (
        Topic::UntrustedServer,
        Platform::Node,
        "Node reads NODE_EXTRA_CA_CERTS once, as it starts, and not for an agent with a `ca` of its own; where it does not \
         trust the server it leaves without an alert (observed, Node 22)",
    ),
    (
        Topic::UntrustedServer,
        Platform::Python,
        "requests reads REQUESTS_CA_BUNDLE and prefers it to a session's `verify`, but not to one on the call itself \
         (observed); Python's own ssl reads SSL_CERT_FILE",
    ),
    (
        Topic::MixedPaths,
        Platform::Unknown,
        "each place in a client that opens connections (SOAP, REST, Bulk, token) has settings of its own (observed)",
    ),
    (
        Topic::MixedPaths,
        Platform::Java,
        "WSC hands setSslContext to SOAP and to Bulk (read in its source); Bulk of older ones did not get it (observed: wsc \
         213), and clients beside WSC have contexts of their own",
    ),
    (
        Topic::MixedPaths,
        Platform::Python,
        "`cert` on a call counts for that call only; salesforce-bulk calls requests without any (read in its source)",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_told_by_the_first_tool_that_is_named() {
        let of = |words: &[&str]| Platform::of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["/usr/bin/python3.11", "app.py"]), Platform::Python);
        assert_eq!(of(&["sh", "-c", "cd x; curl -s https://localhost"]), Platform::Curl);
        assert_eq!(of(&["C:\\Program\\dotnet.exe", "test"]), Platform::DotNet);
        assert_eq!(of(&["./my-client"]), Platform::Unknown);
    }

    #[test]
    fn a_platform_without_a_habit_of_its_own_gets_what_holds_for_all() {
        let general = Platform::Unknown.habits(Topic::NoCertificate);
        assert_eq!(Platform::Go.habits(Topic::NoCertificate), general);
        assert!(!general.is_empty());
        assert_ne!(Platform::Java.habits(Topic::NoCertificate), general);
    }
}
