//! A body that must have come by a certain time, whatever the trickle: who sends a byte a second keeps no place.

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Enough for the largest upload over a slow line.
const BODY_TIME: Duration = Duration::from_secs(60);

pin_project! {
    pub(crate) struct Deadline {
        #[pin]
        body: Incoming,
        // None where there is no body to wait for.
        end: Option<Pin<Box<Sleep>>>,
    }
}

impl Deadline {
    pub fn new(body: Incoming) -> Self {
        let end = (!body.is_end_stream()).then(|| Box::pin(tokio::time::sleep(BODY_TIME)));
        Self { body, end }
    }
}

impl Body for Deadline {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.project();
        if let Poll::Ready(frame) = this.body.poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        match this.end.as_mut().map(|end| end.as_mut().poll(context)) {
            Some(Poll::Ready(())) => Poll::Ready(Some(Err("the body did not come in time".into()))),
            _ => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
