//! What a certificate looks like: template and fields become a page.
