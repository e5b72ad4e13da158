//! SOQL: what is read, what is found, and errors that point at the place as an org's do.

use expect_test::{Expect, expect};
use mockorg::data::{Object, Row, Rows, Value, run};

/// Two users and an organization, values by field name, the rest empty.
struct Two;

impl Rows for Two {
    fn rows(&self, object: &'static Object) -> Vec<Row> {
        let row = |values: &[(&str, Value)]| {
            let mut row = vec![Value::Null; object.fields.len()];
            for (name, value) in values {
                row[object.field(name).expect("a field of the schema").0] = value.clone();
            }
            row
        };
        let user = |id: &str, name: &str, active: bool, created: &str| {
            row(&[
                ("Id", id.into()),
                ("Username", name.into()),
                ("IsActive", active.into()),
                ("CreatedDate", Value::Time(created.parse().expect("a time"))),
            ])
        };
        match object.name {
            "User" => vec![
                user("0055e000000001aAAA", "billing@acme.example", true, "2026-11-24T09:00:00Z"),
                user("0055e000000002bAAA", "Reports@acme.example", false, "2026-11-25T09:00:00Z"),
            ],
            "Organization" => vec![row(&[("Id", "00D5e0000000001EAA".into()), ("Name", "Acme".into())])],
            _ => Vec::new(),
        }
    }
}

fn check(query: &str, expected: Expect) {
    let shown = match run(query, &Two) {
        Ok(found) => {
            let mut lines = vec![format!("{} of {}", found.total, found.object.name)];
            lines.extend(found.records.iter().map(|(_, row)| serde_json::to_string(row).expect("plain values")));
            lines.join("\n")
        }
        Err(error) => format!("{}: {}", error.code, error.message),
    };
    expected.assert_eq(&shown);
}

#[test]
fn answers_fields_in_the_order_asked_whatever_their_case() {
    check(
        "select username, ISACTIVE, createddate From user",
        expect![[r#"
            2 of User
            ["billing@acme.example",true,"2026-11-24T09:00:00.000+0000"]
            ["Reports@acme.example",false,"2026-11-25T09:00:00.000+0000"]"#]],
    );
}

#[test]
fn filters_text_without_regard_to_case() {
    check(
        "SELECT Username FROM User WHERE Username = 'REPORTS@acme.example'",
        expect![[r#"
            1 of User
            ["Reports@acme.example"]"#]],
    );
}

#[test]
fn finds_an_id_by_its_15_characters() {
    check(
        "SELECT Name FROM Organization WHERE Id = '00D5e0000000001'",
        expect![[r#"
            1 of Organization
            ["Acme"]"#]],
    );
}

#[test]
fn filters_by_flag_and_date_together() {
    check(
        "SELECT Username FROM User WHERE IsActive = false AND CreatedDate >= 2026-11-25T10:00:00+01:00",
        expect![[r#"
            1 of User
            ["Reports@acme.example"]"#]],
    );
}

#[test]
fn orders_before_it_limits() {
    check(
        "SELECT Username FROM User ORDER BY CreatedDate DESC LIMIT 1",
        expect![[r#"
            1 of User
            ["Reports@acme.example"]"#]],
    );
}

#[test]
fn counts() {
    check("SELECT COUNT() FROM User WHERE FirstName = null", expect!["2 of User"]);
}

#[test]
fn points_at_an_object_that_is_not_there() {
    check(
        "SELECT Id FROM ScratchOrgInfo limit 1",
        expect![[r#"
            INVALID_TYPE: 
            SELECT Id FROM ScratchOrgInfo limit 1
                           ^
            ERROR at Row:1:Column:16
            sObject type 'ScratchOrgInfo' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."#]],
    );
}

#[test]
fn points_at_a_field_that_is_not_there_on_its_own_row() {
    check(
        "SELECT Id,\n  Body FROM User",
        expect![[r#"
            INVALID_FIELD: 
              Body FROM User
              ^
            ERROR at Row:2:Column:3
            No such column 'Body' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."#]],
    );
}

#[test]
fn shows_only_the_words_around_the_place_in_a_long_query() {
    check(
        "SELECT Id, Username, FirstName, LastName, Name, Email, Alias, CompanyName, Nothing, TimeZoneSidKey, LocaleSidKey, UserType FROM User",
        expect![[r#"
            INVALID_FIELD: 
            LastName, Name, Email, Alias, CompanyName, Nothing, TimeZoneSidKey, LocaleSidKey,
                                                       ^
            ERROR at Row:1:Column:76
            No such column 'Nothing' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."#]],
    );
}

#[test]
fn stumbles_over_a_keyword_where_a_name_must_stand() {
    check(
        "SELECT FROM User",
        expect![[r#"
            MALFORMED_QUERY: 
            SELECT FROM User
                   ^
            ERROR at Row:1:Column:8
            unexpected token: 'FROM'"#]],
    );
}

#[test]
fn stumbles_over_what_it_does_not_read() {
    check(
        "SELECT Id FROM User WHERE Name LIKE 'A%'",
        expect![[r#"
            MALFORMED_QUERY: 
            SELECT Id FROM User WHERE Name LIKE 'A%'
                                           ^
            ERROR at Row:1:Column:32
            unexpected token: 'LIKE'"#]],
    );
}

#[test]
fn refuses_quotes_around_a_flag() {
    check(
        "SELECT Id FROM User WHERE IsActive = 'true'",
        expect![[r#"
            INVALID_FIELD: 
            SELECT Id FROM User WHERE IsActive = 'true'
                                      ^
            ERROR at Row:1:Column:27
            value of filter criterion for field 'IsActive' must be of type boolean and should not be enclosed in quotes"#]],
    );
}

#[test]
fn says_where_the_text_ends_too_soon() {
    check(
        "SELECT Id FROM",
        expect![[r#"
            MALFORMED_QUERY: 
            SELECT Id FROM
                          ^
            ERROR at Row:1:Column:15
            unexpected token: '<EOF>'"#]],
    );
    check("", expect!["MALFORMED_QUERY: unexpected token: '<EOF>'"]);
}

#[test]
fn survives_any_text() {
    use proptest::prelude::*;
    proptest!(|(text in "(SELECT|FROM|WHERE|LIMIT|COUNT|User|Id|'|\\\\|\\(|,|=| |\n|é|9){0,12}")| {
        let _ = run(&text, &Two);
    });
}
