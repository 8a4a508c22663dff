//! Verification by every way, shares, limits.
