//! Sentences in zh-CN and en, keyed by stable codes.
