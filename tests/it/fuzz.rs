//! Anything at all, for a bounded time: mutations of the seeds in `tests/fuzz`. An input that brings something down is kept
//! there as one more seed, which makes it a regression test.
//!
//! `MOCKORG_FUZZ_SECONDS` says how long each target is tried (default 1); every seed is tried first, as it is.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mockorg::clock::Stopwatch;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestError, TestRunner};

mod doors; // SOAP, assertions, admin bodies, CONNECT
mod files; // scenarios, chains, key stores, CRLs

/// One change: at a place, so many bytes give way to these, or to a piece of another seed.
#[derive(Clone, Debug)]
struct Cut {
    at: Index,
    remove: usize,
    insert: Vec<u8>,
    splice: Option<(Index, Index, usize)>,
}

/// Tries every seed of a target, then mutations of them; `check` must not panic.
fn fuzz(target: &str, more_seeds: Vec<Vec<u8>>, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(target);
    fuzz_in(&folder, target, more_seeds, check);
}

fn fuzz_in(folder: &Path, target: &str, more_seeds: Vec<Vec<u8>>, check: impl Fn(&[u8])) {
    let mut seeds: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        seeds.push((path.clone(), fs::read(path).unwrap()));
    }
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds.sort();
    for (path, seed) in &seeds {
        assert!(catch_unwind(AssertUnwindSafe(|| check(seed))).is_ok(), "{} brings {target} down", path.display());
    }
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(|(_, seed)| seed).chain(more_seeds).collect();
    let inputs = (any::<Index>(), vec(a_cut(), 0..6)).prop_map(|(which, cuts)| mutated(&seeds, which, &cuts));
    let watch = Stopwatch::start();
    let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
    while watch.elapsed() < time() {
        let tried = runner.run(&inputs, |input| {
            check(&input);
            Ok(())
        });
        if let Err(TestError::Fail(why, input)) = tried {
            let kept = folder.join(format!("found-{:08x}", digest(&input)));
            fs::write(&kept, &input).unwrap();
            panic!("{target} was brought down, {why}; kept as {}", kept.display());
        }
    }
}

fn time() -> Duration {
    let seconds = std::env::var("MOCKORG_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1))
}

fn a_cut() -> impl Strategy<Value = Cut> {
    let splice = proptest::option::weighted(0.2, (any::<Index>(), any::<Index>(), 1..200_usize));
    (any::<Index>(), 0..8_usize, vec(any::<u8>(), 0..8), splice).prop_map(|(at, remove, insert, splice)| Cut {
        at,
        remove,
        insert,
        splice,
    })
}

fn mutated(seeds: &[Vec<u8>], which: Index, cuts: &[Cut]) -> Vec<u8> {
    let mut bytes = which.get(seeds).clone();
    for cut in cuts {
        let from = cut.at.index(bytes.len() + 1);
        let until = (from + cut.remove).min(bytes.len());
        let piece = match &cut.splice {
            None => cut.insert.clone(),
            Some((which, at, length)) => {
                let other = which.get(seeds);
                let start = at.index(other.len() + 1);
                other[start..(start + length).min(other.len())].to_vec()
            }
        };
        bytes.splice(from..until, piece);
    }
    bytes
}

/// FNV-1a, for a name.
fn digest(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[test]
fn what_brings_a_target_down_is_found_and_kept_and_tried_first_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("seed"), "ASCII").unwrap();
    let kept = || {
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.to_string_lossy().contains("found-")).collect::<Vec<_>>()
    };
    let tender = |input: &[u8]| assert!(input.is_ascii(), "not ASCII");
    let tried = || catch_unwind(|| fuzz_in(folder.path(), "tenderness", Vec::new(), tender)).unwrap_err();
    let why = |panic: Box<dyn std::any::Any + Send>| panic.downcast_ref::<String>().unwrap().clone();
    let first = why(tried());
    assert!(first.contains("tenderness was brought down") && first.contains("kept as"), "{first}");
    let [found] = &kept()[..] else { panic!("{:?}", kept()) };
    assert!(!fs::read(found).unwrap().is_ascii());
    let second = why(tried());
    assert!(second.contains(&found.display().to_string()) && kept().len() == 1, "{second}");
}
