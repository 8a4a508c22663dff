//! Packages written here.
