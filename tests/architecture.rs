//! The module graph follows the design: a wing only uses the wings below it, no files import each
//! other in a circle, and no import takes the detour through the crate's root.
//!
//! The test reads the source: `use` items, paths in expressions and types, and paths in macros.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, ItemUse, UseTree, Visibility, visit::Visit};

/// The wings, from the bottom to the top. Wings on one line may use each other's files, as long as
/// the files do not form a circle.
const WINGS: [&[&str]; 13] = [
    &["timestamp"],
    &["metrics"],
    &["clock"],
    &["cache"],
    &["token"],
    &["config"],
    &["api"],
    &["authenticate"],
    &["authorization"],
    &["clerk"],
    &["middleware", "error"],
    &["proxy", "webhooks", "resource_server", "pages", "openapi", "testing"],
    &["emulator"],
];

/// Wings that must not depend on Tower or Axum.
const WITHOUT_FRAMEWORK: [&str; 4] = ["cache", "token", "api", "authenticate"];

static SOURCES: LazyLock<Crate> = LazyLock::new(Crate::read);

/// A module's path below the crate's root, such as `["api", "users"]`.
type ModulePath = Vec<String>;

#[test]
fn wings_only_use_the_wings_below_them() {
    let rank = |wing: &str| WINGS.iter().position(|wings| wings.contains(&wing));
    let mut faults = Vec::new();
    for (from, to) in SOURCES.imports() {
        let (from_wing, to_wing) = (&from[0], &to[0]);
        match (rank(from_wing), rank(to_wing)) {
            (Some(upper), Some(lower)) if lower <= upper => {}
            (Some(_), Some(_)) => faults.push(format!("{} uses {}", name(&from), name(&to))),
            _ => faults.push(format!("{} or {} is not a known wing", name(&from), name(&to))),
        }
    }
    assert!(faults.is_empty(), "imports that point up:\n{}", faults.join("\n"));
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let mut imports = BTreeMap::<_, BTreeSet<_>>::new();
    for (from, to) in SOURCES.imports() {
        imports.entry(from).or_default().insert(to);
    }
    let mut done = BTreeSet::new();
    for start in imports.keys() {
        if let Some(circle) = find_circle(start, &imports, &mut Vec::new(), &mut done) {
            let names: Vec<_> = circle.iter().map(|module| name(module)).collect();
            panic!("files that import each other: {}", names.join(" -> "));
        }
    }
}

#[test]
fn imports_name_the_module_that_owns_the_item() {
    let sources = &*SOURCES;
    let mut faults = Vec::new();
    for (module, source) in &sources.0 {
        for path in &source.paths {
            if path.segments[0] == "crate"
                && path
                    .segments
                    .get(1)
                    .is_none_or(|first| !sources.0.contains_key(&vec![first.clone()]))
            {
                faults.push(format!("{}: {}", name(module), path.segments.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "imports through the crate's root:\n{}", faults.join("\n"));
}

#[test]
fn core_wings_do_not_use_tower_or_axum() {
    let mut faults = Vec::new();
    for (module, source) in &SOURCES.0 {
        let is_core = module.first().is_some_and(|wing| WITHOUT_FRAMEWORK.contains(&wing.as_str()));
        // A nested router of Axum changes the URI; the original one is an extension of the request.
        let is_exception = *module == ["authenticate", "request"];
        for path in source.paths.iter().filter(|_| is_core && !is_exception) {
            if path.segments[0].starts_with("tower") || path.segments[0].starts_with("axum") {
                faults.push(format!("{}: {}", name(module), path.segments.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "uses of a framework:\n{}", faults.join("\n"));
}

#[test]
fn root_and_api_have_no_names_in_common() {
    let sources = &*SOURCES;
    let public_names = |module: ModulePath| -> BTreeSet<String> {
        sources.0[&module].reexports.keys().cloned().collect()
    };
    let shared: Vec<_> = public_names(vec![])
        .intersection(&public_names(vec!["api".into()]))
        .filter(|name| !matches!(name.as_str(), "Error" | "Result"))
        .cloned()
        .collect();
    assert!(shared.is_empty(), "names of the crate's root that `api` has too: {shared:?}");
}

fn name(module: &[String]) -> String {
    if module.is_empty() { "lib".into() } else { module.join("::") }
}

fn find_circle(
    module: &ModulePath,
    imports: &BTreeMap<ModulePath, BTreeSet<ModulePath>>,
    trail: &mut Vec<ModulePath>,
    done: &mut BTreeSet<ModulePath>,
) -> Option<Vec<ModulePath>> {
    if let Some(at) = trail.iter().position(|seen| seen == module) {
        return Some([&trail[at..], std::slice::from_ref(module)].concat());
    }
    if done.contains(module) {
        return None;
    }
    trail.push(module.clone());
    for next in imports.get(module).into_iter().flatten() {
        let circle = find_circle(next, imports, trail, done);
        if circle.is_some() {
            return circle;
        }
    }
    trail.pop();
    done.insert(module.clone());
    None
}

/// The sources of the crate by module.
struct Crate(BTreeMap<ModulePath, Source>);

#[derive(Default)]
struct Source {
    /// All paths that are not re-exports.
    paths: Vec<ImportPath>,
    /// The re-exported names, and the paths that they stand for.
    reexports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

struct ImportPath {
    segments: Vec<String>,
}

impl Crate {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = BTreeMap::new();
        for file in rust_files(&root) {
            let relative = file.strip_prefix(&root).expect("a file below src").with_extension("");
            let mut module: ModulePath =
                relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
                module.pop();
            }
            if module.iter().any(|part| part == "tests") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a readable file");
            let syntax = syn::parse_file(&text).expect("valid Rust");
            let mut source = Source::default();
            source.visit_file(&syntax);
            sources.insert(module, source);
        }
        Self(sources)
    }

    /// Every import of one file by another, re-exports of the root excepted.
    fn imports(&self) -> Vec<(ModulePath, ModulePath)> {
        let mut imports = Vec::new();
        for (module, source) in self.0.iter().filter(|(module, _)| !module.is_empty()) {
            for path in &source.paths {
                let owner = self.owner(module, &path.segments);
                if let Some(owner) = owner.filter(|owner| owner != module && !owner.is_empty()) {
                    imports.push((module.clone(), owner));
                }
            }
        }
        imports
    }

    /// The module of the file that defines the item at a path, or `None` if the path leads to
    /// another crate.
    fn owner(&self, module: &[String], path: &[String]) -> Option<ModulePath> {
        let mut at = module.to_vec();
        let mut rest = path;
        match path[0].as_str() {
            "crate" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {}
            first => {
                at.push(first.to_owned());
                if !self.0.contains_key(&at) {
                    return None;
                }
                rest = &path[1..];
            }
        }
        while let [first, tail @ ..] = rest {
            if first == "super" {
                at.pop();
            } else {
                at.push(first.clone());
                if !self.0.contains_key(&at) {
                    at.pop();
                    return Some(self.definition(&at, first));
                }
            }
            rest = tail;
        }
        Some(at)
    }

    /// The module that defines a name, following re-exports.
    fn definition(&self, module: &[String], name: &str) -> ModulePath {
        let source = &self.0[module];
        if let Some(path) = source.reexports.get(name) {
            return self.owner(module, path).unwrap_or_else(|| module.to_vec());
        }
        let through_glob = source.globs.iter().find_map(|path| {
            let target = self.owner(module, path)?;
            let target_source = self.0.get(&target)?;
            target_source.reexports.contains_key(name).then(|| self.definition(&target, name))
        });
        through_glob.unwrap_or_else(|| module.to_vec())
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        let is_test = attributes.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
        });
        if !is_test {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        for (path, alias) in leaves {
            if matches!(item.vis, Visibility::Inherited) {
                self.paths.push(ImportPath { segments: path });
            } else if alias == "*" {
                self.globs.push(path);
            } else {
                self.reexports.insert(alias, path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.paths.push(ImportPath { segments });
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.visit_tokens(item.tokens.clone());
        syn::visit::visit_macro(self, item);
    }
}

impl Source {
    /// Collects the paths in the tokens of a macro that start with `crate`, `super` or `self`.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.visit_tokens(group.stream()),
                TokenTree::Ident(ident) if *ident == "crate" || *ident == "super" => {
                    let mut segments = vec![ident.to_string()];
                    while let Some(
                        [TokenTree::Punct(a), TokenTree::Punct(b), TokenTree::Ident(next)],
                    ) = tokens.get(at + 1..at + 4)
                        && a.as_char() == ':'
                        && b.as_char() == ':'
                    {
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if segments.len() > 1 {
                        self.paths.push(ImportPath { segments });
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// Lists the paths of a `use` tree, each with the name that it is imported as.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, String)>) {
    let mut leaf = |name: &str, alias: &str| {
        let mut path = prefix.clone();
        if name != "self" {
            path.push(name.to_owned());
        }
        leaves.push((path, alias.to_owned()));
    };
    match tree {
        UseTree::Name(name) => leaf(&name.ident.to_string(), &name.ident.to_string()),
        UseTree::Rename(name) => leaf(&name.ident.to_string(), &name.rename.to_string()),
        UseTree::Glob(_) => leaf("self", "*"),
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, leaves);
            prefix.pop();
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|item| flatten(item, prefix, leaves));
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.append(&mut rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
