//! The packages. `.deb` and `.rpm` are described in `Cargo.toml`; what they take beside the programs is laid out for them in
//! the folder of the built programs, where they look for it.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::completions::{BASH, FISH, OWN_NAME, ZSH};
use super::crates::Crates;
use super::file::Compiler;
use super::{PROGRAMS, files, gzip, licenses};
use crate::man;
use crate::workspace::{Workspace, cargo, missing, run};

/// Documents that everything comes with.
const DOCUMENTS: [&str; 3] = ["LICENSE", "README.md", "CHANGELOG.md"];

/// The packages that are made, by the ends of their names.
const PACKAGES: [&str; 3] = [".tar.gz", ".deb", ".rpm"];

/// Makes the packages. The answer is their names in `target/dist/`.
pub(super) fn make(workspace: &Workspace, compiler: &Compiler, crates: &Crates) -> io::Result<Vec<String>> {
    let dist = workspace.dist();
    for document in DOCUMENTS {
        copy(&workspace.root.join(document), &dist.join(document))?;
    }
    gzip(licenses::text(workspace, crates)?.as_bytes(), &dist.join("THIRD-PARTY-LICENSES.gz"))?;
    gzip(&licenses::of_rust(&compiler.sysroot)?, &dist.join("RUST-COPYRIGHT.html.gz"))?;
    archive(workspace, compiler)?;
    lay_out(workspace, &compiler.built(workspace))?;
    let mut tool = cargo();
    tool.args(["deb", "--quiet", "--no-build", "--no-strip", "--locked", "--target", &compiler.target]);
    run_tool(tool.arg("--output").arg(&dist), workspace)?;
    let mut tool = cargo();
    tool.args(["generate-rpm", "--target", &compiler.target, "--payload-compress", "gzip"]);
    run_tool(tool.arg("--output").arg(&dist), workspace)?;
    let is_package = |name: &String| PACKAGES.iter().any(|end| name.ends_with(end));
    Ok(files(&dist)?.into_iter().filter(is_package).collect())
}

fn run_tool(tool: &mut Command, workspace: &Workspace) -> io::Result<()> {
    let target = workspace.target.as_os_str();
    tool.env("CARGO_TARGET_DIR", target).env("SOURCE_DATE_EPOCH", workspace.source_date()?);
    run(tool.current_dir(&workspace.root))
}

/// What `.deb` and `.rpm` take: under the name `aws-kms-cli`, beside another `aws`.
fn lay_out(workspace: &Workspace, built: &Path) -> io::Result<()> {
    let folder = empty(&built.join("package"))?;
    let aws = workspace.dist().join("aws");
    let pages = folder.join("man");
    man::write_all(&pages)?;
    fs::write(pages.join(format!("{OWN_NAME}.1")), ".so man1/aws-kms.1\n")?;
    for page in files(&pages)? {
        let page = pages.join(page);
        gzip(&fs::read(&page)?, &page.with_extension("1.gz"))?;
        fs::remove_file(page)?;
    }
    fs::write(folder.join(OWN_NAME), BASH.own_script(&aws)?)?;
    fs::write(folder.join(format!("_{OWN_NAME}")), ZSH.own_script(&aws)?)?;
    fs::write(folder.join(format!("{OWN_NAME}.fish")), FISH.own_script(&aws)?)?;
    for file in
        PROGRAMS.iter().chain(&DOCUMENTS).chain(&["THIRD-PARTY-LICENSES.gz", "RUST-COPYRIGHT.html.gz"])
    {
        copy(&workspace.dist().join(file), &folder.join(file))?;
    }
    // A file that is older than the last commit keeps its own time in an .rpm.
    let date = Duration::from_secs(workspace.source_date()?.parse().map_err(io::Error::other)?);
    for folder in [folder, pages] {
        for file in files(&folder)? {
            let file = fs::File::options().append(true).open(folder.join(file))?;
            file.set_modified(SystemTime::UNIX_EPOCH + date)?;
        }
    }
    Ok(())
}

/// The archive with its install script: under the name `aws`.
fn archive(workspace: &Workspace, compiler: &Compiler) -> io::Result<()> {
    let dist = workspace.dist();
    let name = format!("{OWN_NAME}-{}-{}", workspace.version, compiler.target);
    let work = empty(&workspace.target.join("xtask"))?;
    let top = folder(&work.join(&name))?;
    let programs = folder(&top.join("bin"))?;
    for program in PROGRAMS {
        copy(&dist.join(program), &programs.join(program))?;
    }
    let share = top.join("share");
    man::write_all(&folder(&share.join("man/man1"))?)?;
    let aws = dist.join("aws");
    fs::write(folder(&share.join("bash-completion/completions"))?.join("aws"), BASH.script(&aws)?)?;
    fs::write(folder(&share.join("zsh/site-functions"))?.join("_aws"), ZSH.script(&aws)?)?;
    fs::write(folder(&share.join("fish/vendor_completions.d"))?.join("aws.fish"), FISH.script(&aws)?)?;
    let documents = folder(&share.join("doc").join(OWN_NAME))?;
    for document in DOCUMENTS.iter().chain(&["THIRD-PARTY-LICENSES.gz", "RUST-COPYRIGHT.html.gz"]) {
        copy(&dist.join(document), &documents.join(document))?;
    }
    copy(&workspace.root.join("packaging/install"), &top.join("install"))?;
    let tar = work.join(format!("{name}.tar"));
    let mut tool = Command::new("tar");
    // The umask of the one who builds is not to be seen either.
    tool.args(["--create", "--format=ustar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tool.args(["--mode=u=rwX,go=rX", &format!("--mtime=@{}", workspace.source_date()?)]);
    run(tool.arg("--file").arg(&tar).arg("--directory").arg(&work).arg(&name))?;
    gzip(&fs::read(&tar)?, &dist.join(format!("{name}.tar.gz")))?;
    fs::remove_dir_all(work)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop).map_err(|error| missing(from, &error))
}

/// A folder, made if need be.
fn folder(path: &Path) -> io::Result<std::path::PathBuf> {
    fs::create_dir_all(path)?;
    Ok(path.to_owned())
}

/// A folder with nothing in it.
fn empty(path: &Path) -> io::Result<std::path::PathBuf> {
    if path.exists() {
        fs::remove_dir_all(path)?;
    }
    folder(path)
}
