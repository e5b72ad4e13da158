//! What reqwest makes of each identity: `sees rustls|native-tls`, the lines of a plan on standard input.
use std::error::Error;
use std::io::BufRead;
use std::time::Duration;
use std::{env, fs};

use reqwest::blocking::Client;
use reqwest::tls::Version;
use reqwest::{Certificate, Identity};

fn main() -> Result<(), Box<dyn Error>> {
    let backend = env::args().nth(1).ok_or("rustls or native-tls?")?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let [flaw, tls, cert, key] = *line.split('\t').collect::<Vec<_>>() else { return Err("four columns".into()) };
        let (outcome, message) = match client(&backend, tls, cert, key) {
            Ok(client) => call(&client),
            Err(cause) => ("unloaded".into(), chain(&*cause)),
        };
        println!("{flaw}\t{tls}\t{outcome}\t{}", message.replace(['\t', '\n'], " "));
    }
    Ok(())
}

fn client(backend: &str, tls: &str, cert: &str, key: &str) -> Result<Client, Box<dyn Error>> {
    let (cert, key) = (fs::read(cert)?, fs::read(key)?);
    let version = if tls == "1.2" { Version::TLS_1_2 } else { Version::TLS_1_3 };
    let builder = Client::builder().no_proxy().timeout(Duration::from_secs(10));
    let builder = match backend {
        "rustls" => builder.use_rustls_tls().identity(Identity::from_pem(&[key, cert].concat())?),
        _ => builder.use_native_tls().identity(Identity::from_pkcs8_pem(&cert, &key)?),
    };
    let ca = Certificate::from_pem(&fs::read(env::var("SEES_CA")?)?)?;
    Ok(builder.tls_certs_only([ca]).min_tls_version(version).max_tls_version(version).build()?)
}

fn call(client: &Client) -> (String, String) {
    let url = env::var("SEES_URL").unwrap_or_default();
    let sent = client.get(url).bearer_auth(env::var("SEES_SESSION").unwrap_or_default()).send();
    match sent.and_then(|answer| Ok((answer.status().as_u16(), answer.text()?))) {
        Ok((status, body)) => ("answered".into(), format!("{status} {body}")),
        Err(cause) => ("failed".into(), chain(&cause)),
    }
}

/// An error says what happened only with all of its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text += &format!(": {inner}");
        cause = inner.source();
    }
    text
}
