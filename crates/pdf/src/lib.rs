//! PDF writing and reading; knows nothing of certificates or holders.
