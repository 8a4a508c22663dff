//! A connection whose other end takes nothing is ended: what was made for it would stay in memory for ever.
//!
//! hyper knows a time for a request's head, and none for an answer. While something waits to be written, a fair amount
//! must go in every stretch of time; that nothing waits is known by a flush, which hyper asks for once it has handed
//! everything over.

use pin_project_lite::pin_project;
use std::future::Future;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

const STRETCH: Duration = Duration::from_secs(30);
/// Half a kilobyte a second: less than any line that a page was ever read over.
const LEAST: usize = 16 * 1024;

pin_project! {
    pub(crate) struct Impatient<T> {
        #[pin]
        io: T,
        stretch: Stretch,
    }
}

/// Since something waits to be written. `None`: nothing does.
#[derive(Default)]
struct Stretch {
    end: Option<Pin<Box<Sleep>>>,
    written: usize,
}

impl<T> Impatient<T> {
    pub fn new(io: T) -> Self {
        Self { io, stretch: Stretch::default() }
    }
}

impl Stretch {
    /// What came of a write; of one that waits, perhaps that it has waited for too long.
    fn judge(&mut self, context: &mut Context<'_>, outcome: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match outcome {
            Poll::Ready(done) => {
                self.written += done.as_ref().copied().unwrap_or_default();
                Poll::Ready(done)
            }
            Poll::Pending => self.wait(context),
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<usize>> {
        loop {
            let end = match &mut self.end {
                Some(end) => end,
                none => {
                    self.written = 0;
                    none.insert(Box::pin(tokio::time::sleep(STRETCH)))
                }
            };
            ready!(end.as_mut().poll(context));
            if self.written < LEAST {
                return Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the answer was not taken")));
            }
            self.end = None;
        }
    }
}

impl<T: AsyncWrite> AsyncWrite for Impatient<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.project();
        let outcome = this.io.poll_write(context, bytes);
        this.stretch.judge(context, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.project();
        let outcome = this.io.poll_write_vectored(context, slices);
        this.stretch.judge(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.project();
        ready!(this.io.poll_flush(context))?;
        *this.stretch = Stretch::default();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.project().io.poll_shutdown(context)
    }
}

impl<T: AsyncRead> AsyncRead for Impatient<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.project().io.poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Writes a megabyte to a reader who takes `bytes` every `seconds`; what came of it.
    async fn read_by(bytes: usize, seconds: u64) -> Result<()> {
        let (ours, mut theirs) = tokio::io::duplex(1_024);
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; bytes];
            loop {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                if theirs.read_exact(&mut buffer).await.is_err() {
                    return;
                }
            }
        });
        let mut ours = Impatient::new(ours);
        let written = async {
            ours.write_all(&vec![0; 1 << 20]).await?;
            ours.flush().await
        };
        let written = written.await;
        reader.abort();
        written
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_or_next_to_nothing_is_left() {
        assert_eq!(read_by(1, 3_600).await.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(read_by(100, 1).await.unwrap_err().kind(), ErrorKind::TimedOut, "a trickle");
        read_by(32 * 1024, 20).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_has_nothing_to_write_may_rest() {
        let (ours, mut theirs) = tokio::io::duplex(8);
        let mut ours = Impatient::new(ours);
        for _ in 0..3 {
            let (written, read) = tokio::join!(
                async {
                    ours.write_all(b"sixteen letters.").await?;
                    ours.flush().await
                },
                async {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                    theirs.read_exact(&mut [0; 16]).await
                }
            );
            written.unwrap();
            read.unwrap();
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    }
}
