//! Every line of docs/fidelity.md that nobody has seen is probed, or says why it is not.

use super::*;

#[test]
fn every_probe_is_about_a_line_of_the_page() {
    for scenario in scenarios() {
        for probe in &scenario.probes {
            let rows: Vec<_> = sheet::rows().into_iter().filter(|row| row.subject == probe.line).collect();
            assert_eq!(rows.len(), 1, "{}", probe.line);
        }
    }
}
