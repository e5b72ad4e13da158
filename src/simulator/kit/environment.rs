//! The environment of a client's process, by the names that published clients read.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::{Kit, Reach};

/// What `kit` means to a process, with paths below `dir`; names in `direct` are reached without the proxy.
pub(super) fn environment(
    kit: &Kit,
    reach: Reach,
    direct: &[String],
    dir: &Path,
    now: Timestamp,
) -> BTreeMap<String, String> {
    let path = |file: &str| dir.join(file).to_string_lossy().into_owned();
    let (ca, bundle, truststore) = (path(&kit.server_ca), path(&kit.ca_bundle), path(&kit.server_truststore));
    let mut env = BTreeMap::new();
    let mut set = |name: &str, value: &str| env.insert(name.to_owned(), value.to_owned());
    set("MOCKORG_KIT", &dir.to_string_lossy());
    set("MOCKORG_NOW", &now.to_string());
    set("MOCKORG_STANDARD_URL", &kit.standard_url);
    set("MOCKORG_MUTUAL_URL", &kit.mutual_url);
    let there = [
        ("MOCKORG_PROXY_URL", &kit.proxy_url),
        ("MOCKORG_ADMIN_URL", &kit.admin_url),
        ("MOCKORG_ADMIN_TOKEN", &kit.admin_token),
    ];
    for (name, value) in there {
        if let Some(value) = value {
            set(name, value);
        }
    }
    set("MOCKORG_SERVER_CA", &ca);
    set("MOCKORG_SERVER_TRUSTSTORE", &truststore);
    set("MOCKORG_SERVER_TRUSTSTORE_PASSWORD", &kit.server_truststore_password);
    // Node adds this one to what it trusts; the next three replace what Python's requests, OpenSSL and curl trust.
    set("NODE_EXTRA_CA_CERTS", &ca);
    set("REQUESTS_CA_BUNDLE", &bundle);
    set("SSL_CERT_FILE", &bundle);
    // curl prefers it to SSL_CERT_FILE, and many machines have it set
    set("CURL_CA_BUNDLE", &bundle);
    let mut java = java_options(&truststore, &kit.server_truststore_password);
    if let (Reach::ThroughProxy, Some(url)) = (reach, &kit.proxy_url) {
        let names = direct.join(",");
        // Both spellings: where a client reads the lower one first, what it inherited would send it to the real service.
        for (name, value) in [("HTTPS_PROXY", url), ("NO_PROXY", &names)] {
            set(name, value);
            set(&name.to_lowercase(), value);
        }
        java = format!("{java} {}", java_proxy(url, direct));
    }
    set("JAVA_TOOL_OPTIONS", &java);
    for client in &kit.clients {
        let name = format!("MOCKORG_CLIENT_{}", variable(&client.name));
        set(&format!("{name}_PEM"), &path(&client.pem));
        set(&format!("{name}_CERT"), &path(&client.cert));
        set(&format!("{name}_KEY"), &path(&client.key));
        set(&format!("{name}_P12"), &path(&client.p12));
        set(&format!("{name}_P12_PASSWORD"), &client.p12_password);
    }
    env
}

/// Upper case; what a shell does not take in a name becomes `_`.
fn variable(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

fn java_options(truststore: &str, password: &str) -> String {
    let property = |name: &str, value: &str| {
        let option = format!("-Djavax.net.ssl.{name}={value}");
        // The JVM splits the variable at white space, but for what is quoted.
        if option.contains(char::is_whitespace) { format!("\"{option}\"") } else { option }
    };
    [property("trustStore", truststore), property("trustStoreType", "PKCS12"), property("trustStorePassword", password)]
        .join(" ")
}

/// The JVM does not read `HTTPS_PROXY`; for https, too, it takes `http.nonProxyHosts`.
fn java_proxy(url: &str, direct: &[String]) -> String {
    let (host, port) = url.trim_start_matches("http://").rsplit_once(':').unwrap_or((url, "80"));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let direct: Vec<_> =
        direct.iter().map(|name| if name.contains(':') { format!("[{name}]") } else { name.clone() }).collect();
    format!("-Dhttps.proxyHost={host} -Dhttps.proxyPort={port} -Dhttp.nonProxyHosts={}", direct.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_a_path_with_a_space_for_the_jvm() {
        let options = java_options("/tmp/my kit/server-ca.p12", "x");
        assert!(options.starts_with("\"-Djavax.net.ssl.trustStore=/tmp/my kit/server-ca.p12\" -D"), "{options}");
    }

    #[test]
    fn names_variables_as_a_shell_takes_them() {
        assert_eq!(variable("leaf-only"), "LEAF_ONLY");
        assert_eq!(variable("a b.c"), "A_B_C");
    }
}
