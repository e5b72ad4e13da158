//! A team's own names in place of those that every template has: `Acme`, `billing`, `billing@acme.example`.

/// What is called otherwise
#[derive(clap::Args, Debug)]
pub(super) struct Names {
    /// Name of the org, in place of Acme
    #[arg(long, value_name = "NAME", value_parser = plain)]
    org: Option<String>,

    /// Name of the client, in place of billing
    #[arg(long, value_name = "NAME", value_parser = plain)]
    client: Option<String>,

    /// Username, in place of billing@acme.example
    #[arg(long, value_name = "USERNAME", value_parser = plain)]
    user: Option<String>,
}

impl Names {
    /// The text with these names in it; a name that is not there to be replaced is a mistake.
    pub fn put_into(&self, text: &str) -> Result<String, String> {
        let quoted = |name: &str| format!("\"{name}\"");
        let mut text = text.to_owned();
        let wanted = [
            ("--org", self.org.as_deref().map(quoted), quoted("Acme")),
            ("--client", self.client.as_deref().map(quoted), quoted("billing")),
            ("--user", self.user.clone(), "billing@acme.example".to_owned()),
        ];
        for (flag, new, old) in wanted {
            let Some(new) = new else { continue };
            if !text.contains(&old) {
                return Err(format!("{flag} has nothing to replace: there is no {old} in this template"));
            }
            text = text.replace(&old, &new);
        }
        Ok(text)
    }
}

/// What stands in a TOML text as it is.
fn plain(name: &str) -> Result<String, String> {
    let odd = |c: char| c.is_control() || c == '"' || c == '\\';
    match name.is_empty() || name.contains(odd) {
        true => Err("a name without quotes, backslashes and control characters is expected".into()),
        false => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_where_they_are_whole() {
        let names = Names { org: Some("Globex".into()), client: Some("etl".into()), user: None };
        let text = "name = \"Acme\"\nclient = \"billing\"\nissuer = \"acme-root\"\nclient-id = \"billing-id\"\n";
        let expected = "name = \"Globex\"\nclient = \"etl\"\nissuer = \"acme-root\"\nclient-id = \"billing-id\"\n";
        assert_eq!(names.put_into(text).as_deref(), Ok(expected));
        let nobody = Names { org: None, client: None, user: Some("etl@globex.example".into()) };
        assert!(nobody.put_into(text).unwrap_err().starts_with("--user has nothing to replace"));
    }
}
