//! Data folders that cannot be used: what is said, exit code 2, and nothing of anybody's is touched.

use std::fs;
use std::path::Path;
use std::process::Output;

use mockorg::controls::Keeping;
use mockorg::seed::Seed;
use mockorg::store::{Changes, DataError, Disk, Folder, Former};
use mockorg::{Scenario, Simulator};

use super::process::{Served, serve};
use super::{BILLING, open, standing};
use crate::wire::Org;

/// Serves for no longer than it takes to say why not.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output: Output = serve(data, "").args(arguments).args(["--max-life", "20s"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with(&format!("mockorg: {}", data.display())), "{said}");
    said
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    for arguments in [&[][..], &["--reset"]] {
        let said = refused(folder.path(), arguments);
        assert!(said.contains("not a data folder of mockorg") && said.contains("thesis.txt"), "{said}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["thesis.txt"]);
}

#[test]
fn another_process_that_has_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), "");
    let process = fs::read_to_string(folder.path().join("mockorg.lock")).unwrap();
    for arguments in [&[][..], &["--reset"]] {
        let said = refused(folder.path(), arguments);
        assert!(said.contains(&format!("another mockorg (process {process}) has it")), "{said}");
    }
    served.kill();
    drop(Served::start(folder.path(), ""));
}

#[test]
fn a_changed_scenario_is_refused_unless_the_org_is_founded_anew() {
    let (folder, file) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scenario = file.path().join("acme.toml");
    let text = include_str!("../../../scenarios/quickstart.toml");
    fs::write(&scenario, text.replacen("Acme", "Other", 1).replace("billing-password", "another-password")).unwrap();
    let served = Served::start(folder.path(), "");
    let id = served.kit()["org"]["id"].clone();
    served.kill();
    let said = refused(folder.path(), &[scenario.to_str().unwrap()]);
    for words in ["the scenario has changed since", ": [[user]], [org];", "stored wins over a file", "--reset"] {
        assert!(said.contains(words), "{words:?} is missing in {said}");
    }
    let said = refused(folder.path(), &["--seed", "5"]);
    assert!(said.contains("was founded with seed") && said.contains("leave out --seed 5"), "{said}");
    let served = Served::start(folder.path(), "");
    assert_eq!(served.kit()["org"]["id"], id, "untouched by all that");
}

/// A certificate that a scenario reads from a file belongs to what it means.
#[test]
fn a_file_that_the_scenario_reads_belongs_to_it() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = "format = 1\n[org]\nname = \"Acme\"\n[trust]\nroots = [\"root.pem\"]\n";
    let start = |root: &str| {
        fs::write(files.path().join("root.pem"), root).unwrap();
        let scenario = Scenario::from_text(text, "acme.toml", files.path());
        Keeping::open(
            folder.path(),
            Former::Keep,
            &scenario.unwrap_or_else(|wrong| panic!("{}", wrong.render(false))),
            None,
        )
    };
    let identities =
        mockorg::controls::identities::Identities::mint(&standing(), "2027-03-01T12:00:00Z".parse().unwrap());
    let identities = identities.unwrap();
    let [one, other] = [0, 2].map(|at| identities.authorities()[at].certificate.pem());
    fs::write(files.path().join("root.pem"), &one).unwrap();
    let scenario =
        Scenario::from_text(text, "acme.toml", files.path()).unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
    Org::with(Simulator::default().data_dir(folder.path()), scenario).stop();
    drop(start(&one).unwrap());
    match start(&other) {
        Err(DataError::Changed { tables, .. }) => assert_eq!(tables, "[trust]"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reset_removes_what_is_ours_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (id, session) = (org.snapshot().org.id.clone(), org.reports());
    org.stop();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let anew = Org::with(Simulator::default().data_dir(folder.path()).reset(true), Scenario::quickstart());
    assert_ne!(anew.snapshot().org.id, id);
    assert_eq!(anew.store().session(&session, anew.clock().org_now()).map(|session| session.token), None);
    assert_eq!(anew.journal().last_seq(), 0);
    anew.stop();
    assert_eq!(fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_folder_of_another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).stop();
    for marker in ["{\"what\":\"state\",\"format\":2}", "", "{"] {
        fs::write(folder.path().join("mockorg-data.json"), marker).unwrap();
        let said = refused(folder.path(), &[]);
        assert!(said.contains("a data folder of format"), "{said}");
    }
    Org::with(Simulator::default().data_dir(folder.path()).reset(true), standing()).stop();
    open(folder.path()).stop();
}

/// sled takes damage for the end of what was written: whatever stood behind it would be gone without a word.
#[test]
fn damaged_records_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), "");
    (0..20).for_each(|_| drop(super::full::log_in(&served)));
    served.kill();
    let records = folder.path().join("records");
    let [database, configuration] = ["db", "conf"].map(|file| fs::read(records.join(file)).unwrap());
    let last = database.iter().rposition(|byte| *byte != 0).unwrap();
    let (mut noticed, chance) = (0, Seed::new(3).stream("damage"));
    for _ in 0..40 {
        let mut damaged = database.clone();
        let at = chance.below(last as u64 - 64) as usize;
        damaged[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
        fs::write(records.join("db"), damaged).unwrap();
        match Keeping::open(folder.path(), Former::Keep, &Scenario::quickstart(), None) {
            Err(DataError::Damaged { .. }) => noticed += 1,
            // in what has been overwritten since
            Ok(keeping) => {
                drop(keeping);
                let disk = Disk::open(Folder::open(folder.path(), Former::Keep).unwrap()).unwrap();
                assert_eq!(disk.list::<serde_json::Value>("login/").unwrap().len(), 20, "at {at}");
            }
            other => panic!("at {at}: {other:?}"),
        }
        fs::remove_dir_all(&records).unwrap();
        fs::create_dir(&records).unwrap();
        fs::create_dir(records.join("blobs")).unwrap();
        fs::write(records.join("conf"), &configuration).unwrap();
    }
    assert!(noticed > 20, "{noticed} of 40");
    fs::write(records.join("db"), &database[..database.len() / 2]).unwrap();
    fs::write(records.join("conf"), "nonsense").unwrap();
    let said = refused(folder.path(), &[]);
    assert!(said.contains("the records in it are damaged") && said.contains("--reset"), "{said}");
}

/// Readable, but not what an org consists of.
#[test]
fn records_that_lack_something_are_no_panic() {
    for key in ["org", "edge", "clock", "user/0000000000", "ca/0000000001", "client/0000000000", "app-key/0000000000"] {
        for bad in [None, Some("nonsense")] {
            let folder = tempfile::tempdir().unwrap();
            open(folder.path()).stop();
            let disk = Disk::open(Folder::open(folder.path(), Former::Keep).unwrap()).unwrap();
            let mut changes = Changes::default();
            match bad {
                Some(bad) => changes.put(key, &bad),
                None => changes.remove(key),
            }
            disk.commit(changes).unwrap();
            drop(disk);
            // found when the folder is opened, or when the org is put together
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            let started = runtime.block_on(Simulator::default().data_dir(folder.path()).run(standing()));
            let said = started.err().unwrap_or_else(|| panic!("{key} {bad:?} went unnoticed")).to_string();
            assert!(said.contains("the records in it are damaged"), "{said}");
        }
    }
}

/// Killed while it was being founded, an org was never there.
#[test]
fn a_founding_that_was_cut_short_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(Folder::open(folder.path(), Former::Keep).unwrap()).unwrap();
    let mut changes = Changes::default();
    changes.put("user/0000000099", &"half of a user");
    disk.commit(changes).unwrap();
    drop(disk);
    let org = open(folder.path());
    assert!(org.snapshot().org.user_named(BILLING).is_some());
    org.stop();
    open(folder.path()).stop();
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    assert!(refused(&file, &[]).contains("there already, and not a folder"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("mockorg");
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::copy(assert_cmd::cargo::cargo_bin("mockorg"), &program).unwrap();
    for path in [folder.path(), &program] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = std::process::Command::new(&program);
    command.arg("serve").args(super::process::FREE_PORTS).arg("--data-dir").arg(&data).args(["--max-life", "20s"]);
    // permissions mean nothing to root
    if fs::metadata(&data).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot be used as data folder: Permission denied"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_folder_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("data");
    let org = open(&folder);
    org.reports();
    org.stop();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                // what sled adds later is guarded by its folder
                false => assert!(mode == 0o600 || folder.ends_with("records"), "{}: {mode:o}", entry.path().display()),
            }
        }
    }
}
