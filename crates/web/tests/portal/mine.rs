//! Inbox, settings, export, closing.
