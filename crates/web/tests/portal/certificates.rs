//! Certificates, endorsements, copies, viewing.
