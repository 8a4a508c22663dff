//! Routes × roles: who may enter what.
