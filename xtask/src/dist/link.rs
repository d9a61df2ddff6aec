//! The linker of the release file: it lays the functions that common commands call side by side, keeps one copy of code that
//! is the same, and leaves out what only serves to unwind the stack.
//!
//! The kernel brings a file into memory 64 kB around each page that is used. Functions that lie where the compiler has put them
//! make it bring all of the code; side by side they are a third of it. `order.txt` has their names, made by
//! `cargo bench -- --order`. A name that is not there any more does no harm: see CONTRIBUTING.md for when to make it anew.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol};

use crate::workspace::{failed, run};

/// Set for rustc, whose linker is this program then, to what cargo must link anew for: `build.rs` looks at it.
pub(super) const VARIABLE: &str = "AWS_KMS_CLI_LINKER";

/// The functions, in their order, without the hashes of their names.
const ORDER: &str = include_str!("order.txt");

/// The same code once, and the same text: the SDK's clients have much in common.
const FOLDING: [&str; 2] = ["-Wl,--icf=all", "-Wl,-O2"];

/// Nothing unwinds the stack: a panic ends the program. Without names, a backtrace would say nothing either.
const UNWINDING: &str = "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.eh_frame_hdr) } } INSERT AFTER .text;\n";

/// Whether this program has been started to link.
pub(crate) fn is_wanted() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// What changes where files are to be linked anew.
pub(super) fn digest() -> String {
    let mut hasher = DefaultHasher::new();
    (ORDER, UNWINDING, FOLDING).hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// Links as `cc` does with these words; the program `aws` in the order of its functions.
pub(crate) fn link(words: &[OsString]) -> io::Result<()> {
    let mut linker = Command::new("cc");
    linker.args(words);
    let output = words.iter().skip_while(|word| *word != "-o").nth(1).map(PathBuf::from);
    let output = output.ok_or_else(|| failed("nothing is to be linked"))?;
    // Build scripts are linked by this, too. Not everywhere does rustc link with LLVM's lld, which has these options.
    if cfg!(target_arch = "x86_64") && words.iter().any(|word| word == "-static-pie") {
        let (order, script) = (output.with_extension("order"), output.with_extension("ld"));
        fs::write(&order, symbols(words)?.join("\n"))?;
        fs::write(&script, UNWINDING)?;
        linker.arg(option("-Wl,--symbol-ordering-file=", &order)).arg(option("-Wl,-T,", &script));
        linker.args(["-Wl,--no-warn-symbol-ordering", "-Wl,--no-eh-frame-hdr"]).args(FOLDING);
    }
    run(&mut linker)
}

fn option(name: &str, file: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(file);
    option
}

/// The symbols of the ordered functions. Those of C are what they are called.
fn symbols(words: &[OsString]) -> io::Result<Vec<String>> {
    let mut mangled: HashMap<String, Vec<String>> = HashMap::new();
    for file in words.iter().map(Path::new).filter(|file| file.extension().is_some_and(|end| end == "o")) {
        let bytes = fs::read(file)?;
        let object = object::File::parse(&*bytes).map_err(io::Error::other)?;
        for symbol in object.symbols().filter(|symbol| symbol.is_definition()) {
            let symbol = symbol.name().map_err(io::Error::other)?;
            mangled
                .entry(format!("{:#}", rustc_demangle::demangle(symbol)))
                .or_default()
                .push(symbol.to_owned());
        }
    }
    let symbols = ORDER.lines().flat_map(|function| match mangled.remove(function) {
        Some(symbols) => symbols,
        None => vec![function.to_owned()],
    });
    Ok(symbols.collect())
}
