use mockorg::Scenario;

#[test]
fn the_built_in_scenario_is_right() {
    let scenario = Scenario::quickstart();
    assert_eq!(scenario.org.my_domain, "acme");
    assert_eq!(scenario.clients.len(), 7);
}
