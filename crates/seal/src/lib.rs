//! Prepare, sign, finish, verify; the keyring.
