//! The `yinxin` binary.
fn main() {}
