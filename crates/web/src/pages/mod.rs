//! The pages, one file for each group: parse, one use case, a page or 303.

pub mod home;
