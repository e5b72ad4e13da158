//! The repository's own rules: sizes, layers, purity, and docs that name every scenario, switch and rejection.
//!
//! Read from the text of the files, so that a rule holds for what nobody compiled, too. What clippy can say is left to it.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers of `src/`, top first: a module imports only from the layers below its own.
const LAYERS: [&[&str]; 12] = [
    &["main"],
    &["cli"],
    &["replay"],
    &["simulator"],
    &["api"],
    &["controls", "doctor", "outbound", "tls"],
    &["journal", "store"],
    &["strategies"],
    &["exchange", "org"],
    &["scenario"],
    &["data", "pki"],
    &["clock", "seed"],
];

/// What `lib.rs` names at the top, and the module that it comes from.
const PAVED_PATH: [(&str, &str); 5] = [
    ("Clock", "clock"),
    ("Journal", "journal"),
    ("Running", "simulator"),
    ("Scenario", "scenario"),
    ("Simulator", "simulator"),
];

const PURE: [&str; 9] = ["clock", "data", "doctor", "exchange", "journal", "org", "pki", "scenario", "seed"];
const SHELL_CRATES: [&str; 7] = ["hyper", "hyper_util", "sled", "tokio", "tokio_native_tls", "tokio_openssl", "warp"];

#[test]
fn a_module_imports_only_from_the_layers_below_it() {
    let files = files("src", "rs");
    let violations = files.iter().filter(|file| file.path != Path::new("src/lib.rs")).flat_map(upward_imports);
    none(violations.collect());
}

#[test]
fn an_upward_import_would_be_seen() {
    let check = |path: &str, text: &str| upward_imports(&SourceFile { path: path.into(), text: text.into() }).len();
    assert_eq!(check("src/pki/trust.rs", "use crate::api::reject;\n"), 1);
    assert_eq!(check("src/pki.rs", "use super::org::User;\n"), 1);
    assert_eq!(check("src/pki/trust.rs", "use super::super::org::User;\n"), 1);
    assert_eq!(check("src/store.rs", "fn f(journal: crate::Journal) {}\n"), 1, "one layer: neither imports the other");
    assert_eq!(check("src/api.rs", "use crate::{org, store};\n"), 1, "a group hides what it imports");
    assert_eq!(check("src/api/reject.rs", "use crate::org::Refusal;\nuse crate::api::soap;\n"), 0);
    assert_eq!(check("src/org.rs", "/// See [`crate::api::reject`].\n"), 0);
}

#[test]
fn pure_modules_know_nothing_of_sockets_or_stores() {
    let mut violations = Vec::new();
    for file in files("src", "rs").iter().filter(|file| PURE.contains(&file.module().as_str())) {
        for (number, line) in file.code() {
            for name in SHELL_CRATES.iter().filter(|name| line.contains(&format!("{name}::"))) {
                violations.push(format!("{}:{number}: a pure module names {name}", file.path.display()));
            }
        }
    }
    none(violations);
}

#[test]
fn only_the_foreign_calls_of_pki_are_unsafe() {
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| {
        file.path != Path::new("src/pki/ffi.rs") && !file.path.starts_with("src/pki/ffi") && !file.is_this()
    }) {
        for (number, line) in file.code() {
            if ["{", "extern", "fn", "impl", "trait"].iter().any(|next| line.contains(&format!("unsafe {next}"))) {
                violations.push(format!("{}:{number}: unsafe outside src/pki/ffi", file.path.display()));
            }
        }
    }
    none(violations);
}

#[test]
fn nothing_is_left_for_later() {
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| !file.is_this()) {
        for (number, line) in file.code() {
            for name in ["todo", "unimplemented", "dbg"].iter().filter(|name| line.contains(&format!("{name}!("))) {
                violations.push(format!("{}:{number}: {name}!", file.path.display()));
            }
        }
    }
    none(violations);
}

#[test]
fn files_stay_small() {
    let mut violations = Vec::new();
    let limits = [("README.md", 200), ("ARCHITECTURE.md", 250)].map(|(name, limit)| (text_file(name), limit));
    for (file, limit) in rust_files().into_iter().map(|file| (file, 400)).chain(limits) {
        let lines = file.text.lines().count();
        if lines > limit {
            violations.push(format!("{}: {lines} lines, at most {limit}", file.path.display()));
        }
    }
    none(violations);
}

#[test]
fn every_module_says_what_it_holds() {
    let files = rust_files();
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    none(silent.map(|file| format!("{}: no module doc on its first line", file.path.display())).collect());
}

#[test]
fn modules_are_files_named_after_themselves() {
    let files = rust_files();
    let old = files.iter().filter(|file| file.path.ends_with("mod.rs"));
    let vague = files.iter().filter(|file| {
        let name = file.path.file_stem().unwrap_or_default();
        ["common", "helpers", "types", "util", "utils"].iter().any(|word| name == *word)
    });
    none(old.chain(vague).map(|file| file.path.display().to_string()).collect());
}

#[test]
fn the_reading_order_lists_every_scenario() {
    let order = text_file("scenarios/README.md").text;
    let scenarios = files("scenarios", "toml");
    let missing = scenarios.iter().filter(|file| {
        let name = file.path.strip_prefix("scenarios").unwrap_or(&file.path).display().to_string();
        !order.contains(&name)
    });
    none(missing.map(|file| format!("scenarios/README.md does not list {}", file.path.display())).collect());
}

#[test]
fn the_docs_explain_every_switch() {
    let source = text_file("src/scenario/switches.rs").text;
    let mut violations = Vec::new();
    for (table, structure) in [("edge", "EdgeSwitches"), ("org", "OrgSwitches")] {
        let switches = fields(&source, structure);
        assert!(!switches.is_empty(), "{structure} was not found");
        for doc in ["docs/scenarios.md", "docs/fidelity.md"].map(text_file) {
            let missing = switches.iter().filter(|name| !doc.text.contains(&format!("`{table}.{name}`")));
            violations.extend(missing.map(|name| format!("{} lacks `{table}.{name}`", doc.path.display())));
        }
    }
    none(violations);
}

#[test]
fn the_docs_explain_every_rejection() {
    let anchors = anchors(&text_file("docs/refusals.md").text);
    let rejections = variants(&text_file("src/pki/rejection.rs").text, "Rejection");
    assert!(!rejections.is_empty(), "Rejection was not found");
    let missing = rejections.iter().filter(|code| !anchors.contains(code));
    none(missing.map(|code| format!("docs/refusals.md has no heading {code}")).collect());
}

#[test]
fn the_pages_of_recipes_and_bindings_name_each_and_no_file_that_is_not_there() {
    let mut violations = Vec::new();
    for (path, folder) in [("docs/ci.md", "tests/clients/recipes"), ("docs/bindings.md", "bindings")] {
        let page = text_file(path).text;
        let targets = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let files = targets.filter(|target| !target.is_empty() && !target.contains("://"));
        let missing = files.filter(|file| !root().join("docs").join(file).exists());
        violations.extend(missing.map(|file| format!("{path} names {file}, which is not there")));
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() && !page.contains(&format!("{folder}/{name}/")) {
                violations.push(format!("{path} does not name {folder}/{name}"));
            }
        }
    }
    none(violations);
}

#[test]
fn a_pointer_into_the_docs_meets_a_heading() {
    let pages: Vec<_> = files("docs", "md").into_iter().map(|page| (page.path.display().to_string(), page)).collect();
    let mut texts = rust_files();
    texts.extend(pages.iter().map(|(_, page)| page.clone()));
    texts.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "scenarios/README.md"].map(text_file));
    let mut violations = Vec::new();
    for text in &texts {
        for (target, anchor) in pointers(&text.text) {
            let met = pages.iter().any(|(path, page)| *path == target && anchors(&page.text).contains(&anchor));
            if !met {
                violations.push(format!("{}: nothing at {target}#{anchor}", text.path.display()));
            }
        }
    }
    none(violations);
}

/// Whoever updates the package says when.
#[test]
fn the_source_of_the_builtin_roots_is_the_version_that_is_linked() {
    let lock = text_file("Cargo.lock").text;
    let entry =
        lock.split("[[package]]").find(|entry| entry.contains("name = \"webpki-root-certs\"")).expect("it is linked");
    let version = entry.split("version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("it has a version");
    let source = mockorg::pki::trust::SOURCE;
    assert!(source.contains(&format!("webpki-root-certs {version}, taken in on ")), "{source}");
}

#[test]
fn no_private_key_lies_about() {
    let violations = walk(Path::new("certs")).into_iter().filter(|path| {
        let bytes = fs::read(root().join(path)).expect("a file that was listed can be read");
        String::from_utf8_lossy(&bytes).contains("PRIVATE KEY")
    });
    none(violations.map(|path| path.display().to_string()).collect());
}

/// A text file of the repository.
#[derive(Clone)]
struct SourceFile {
    /// From the repository's root.
    path: PathBuf,
    text: String,
}

impl SourceFile {
    /// `src/pki/trust.rs` and `src/pki.rs` belong to `pki`.
    fn module(&self) -> String {
        let inside = self.path.strip_prefix("src").unwrap_or(&self.path);
        let first = inside.components().next().map(|part| PathBuf::from(part.as_os_str())).unwrap_or_default();
        first.with_extension("").display().to_string()
    }

    /// This file names what it forbids.
    fn is_this(&self) -> bool {
        self.path == Path::new(file!())
    }

    /// Numbered lines without their comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }
}

fn upward_imports(file: &SourceFile) -> Vec<String> {
    let module = file.module();
    let Some(own) = layer(&module) else {
        return vec![format!("{}: {module} stands in no layer", file.path.display())];
    };
    let depth = file.path.components().count();
    let outward = if depth == 2 { "super::" } else { "super::super::" };
    let mut found = Vec::new();
    for (number, line) in file.code() {
        let absolute = line.split("crate::").skip(1).map(|rest| (rest, true));
        let relative = line.split(outward).skip(1).map(|rest| (rest, false));
        for (rest, is_absolute) in absolute.chain(relative) {
            let name = words(rest).next().unwrap_or_default();
            let target = PAVED_PATH.iter().find(|(item, _)| *item == name).map_or(name, |(_, home)| home);
            let grouped = is_absolute && rest.starts_with('{');
            let upward = target != module && layer(target).is_some_and(|theirs| theirs <= own);
            if grouped || upward {
                found.push(format!("{}:{number}: {module} imports from {target}", file.path.display()));
            }
        }
    }
    found
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The public fields of a struct, as scenario files write them.
fn fields(source: &str, structure: &str) -> Vec<String> {
    let body = body(source, &format!("pub struct {structure} {{"));
    let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    names.map(|(name, _)| name.replace('_', "-")).collect()
}

/// The variants of an enum, as kebab-case codes.
fn variants(source: &str, enumeration: &str) -> Vec<String> {
    let body = body(source, &format!("pub enum {enumeration} {{"));
    let names = body.lines().map(str::trim).filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names.map(|line| kebab(words(line).next().unwrap_or_default())).collect()
}

fn body<'a>(source: &'a str, opening: &str) -> &'a str {
    source.split_once(opening).and_then(|(_, rest)| rest.split_once("\n}")).map_or("", |(body, _)| body)
}

fn kebab(name: &str) -> String {
    let mut code = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !code.is_empty() {
            code.push('-');
        }
        code.push(c.to_ascii_lowercase());
    }
    code
}

/// The anchors of a page's headings, as they are written in links.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
        })
        .collect()
}

/// Every page below `docs/` with an anchor that a text spells out.
fn pointers(text: &str) -> Vec<(String, String)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut found = Vec::new();
    for rest in text.split("docs/").skip(1) {
        let Some((page, rest)) = rest.split_once(".md#") else { continue };
        let anchor: String = rest.chars().take_while(|c| is_part(*c)).collect();
        if !anchor.is_empty() && page.chars().all(is_part) {
            found.push((format!("docs/{page}.md"), anchor));
        }
    }
    found
}

fn rust_files() -> Vec<SourceFile> {
    ["src", "tests/it"].into_iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn files(folder: &str, extension: &str) -> Vec<SourceFile> {
    let paths =
        walk(Path::new(folder)).into_iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    let found: Vec<_> = paths.map(|path| text_file(&path)).collect();
    assert!(!found.is_empty(), "no .{extension} file below {folder}: this test would pass over nothing");
    found
}

/// Every file below a folder, from the repository's root, in order.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.expect("a folder can be listed");
        let path = folder.join(entry.file_name());
        match entry.file_type().expect("a listed file has a type").is_dir() {
            true => found.extend(walk(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

fn text_file(path: impl AsRef<Path>) -> SourceFile {
    let path = path.as_ref();
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    SourceFile { path: path.into(), text }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn none(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
