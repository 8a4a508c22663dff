//! Registration, log-in, recovery, notice, security.
