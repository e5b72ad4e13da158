//! `ctl expectations`: how what is expected of the run stands now.

use super::Answer;
use super::door::Door;

pub(super) fn run(door: &Door, json: bool) -> Answer {
    if json {
        return Ok(format!("{:#}\n", door.read("/v1/expectations")?));
    }
    let text = String::from_utf8_lossy(&door.bytes("/v1/expectations?form=text")?).into_owned();
    Ok(if text.is_empty() { "nothing is expected: the scenario has no [[expect]]\n".into() } else { text })
}
