//! The register: one SQL, two engines.
