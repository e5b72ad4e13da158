//! JUnit XML as every command writes it: what a failure looks like.

use quick_junit::{NonSuccessKind, TestCaseStatus};

/// A failure, with more about it than fits into its message.
pub(super) fn failure(message: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message);
    if !text.is_empty() {
        status.set_description(text);
    }
    status
}
