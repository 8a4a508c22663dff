//! Vocabulary, states, calendar, numbering and rules; no IO, no clock, no randomness.
