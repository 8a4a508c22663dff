//! Directories that vanish.

use tempfile::TempDir;

/// An empty directory that is removed when the value is dropped. `purpose` is part of its name, so that
/// what a killed test leaves behind can be told.
pub fn temp_dir(purpose: &str) -> TempDir {
    tempfile::Builder::new().prefix(&format!("yinxin-{purpose}-")).tempdir().expect("a temporary directory")
}
