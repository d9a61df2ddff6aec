//! What the Dockerfile makes, in a root folder: its few instructions are carried out here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::{chroot, is_root, published, stdout};

#[test]
#[ignore = "needs cargo xtask dist"]
fn the_image_runs() {
    if !is_root() {
        return;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/Dockerfile");
    let file = fs::read_to_string(file).expect("a file");
    let root = tempfile::tempdir().expect("a folder");
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).expect("an open folder");
    let within = |path: &str| root.path().join(path.trim_start_matches('/'));
    let (mut user, mut folder, mut entry, mut variables) = ("0:0", "/", Vec::new(), Vec::new());
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (instruction, rest) = line.split_once(' ').expect("an instruction");
        match instruction {
            "FROM" => assert_eq!(rest, "scratch"),
            "COPY" => {
                let (files, to) = rest.rsplit_once(' ').expect("a destination");
                fs::create_dir_all(within(to)).expect("a folder");
                for file in files.split(' ') {
                    fs::copy(published(file), within(to).join(file)).expect("a copy");
                }
            }
            "ENV" => variables.extend(rest.split(' ').filter_map(|variable| variable.split_once('='))),
            "WORKDIR" => {
                fs::create_dir_all(within(rest)).expect("a folder");
                folder = rest;
            }
            "USER" => user = rest,
            "ENTRYPOINT" => entry = rest.trim_matches(['[', ']', '"']).split("\", \"").collect(),
            _ => panic!("this test does not know {instruction}"),
        }
    }
    let mut image = chroot();
    image.args(["--userspec", user]).arg(root.path()).args(&entry).env_clear().envs(variables);
    assert!(within(folder).is_dir());
    assert_ne!(user, "0:0");
    let version = stdout(image.arg("--version"));
    assert!(version.starts_with("aws-cli/"), "{version}");
}
