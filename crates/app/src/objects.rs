//! The object store: sealed copies, photos and rosters, by key. What lies there is encrypted by the vault before
//! it gets here; this file knows places, not contents.
//!
//! A local directory by default; S3 by configuration (credentials from the usual AWS_* variables).

use crate::config::{Config, Objects as ObjectsConfig, ObjectsKind};
use crate::error::{Error, Result};
use crate::home::Home;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::sync::Arc;
use yinxin_model::Instant;

#[derive(Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    pub fn open(config: &Config, home: &Home) -> Result<Self> {
        match config.objects.kind {
            ObjectsKind::Local => {
                let configured = &config.objects.path;
                let dir = if configured.as_os_str().is_empty() { home.objects() } else { configured.clone() };
                let store = object_store::local::LocalFileSystem::new_with_prefix(&dir).map_err(fault)?;
                Ok(Self(Arc::new(store.with_fsync(true))))
            }
            ObjectsKind::S3 => s3(&config.objects),
        }
    }

    /// Puts an object; the same key always has the same content, so that a repeat is harmless.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        self.0.put(&Path::from(key), PutPayload::from(bytes)).await.map(|_| ()).map_err(fault)
    }

    /// `None` where there is no such object.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self.0.get(&Path::from(key)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(fault)?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    /// The keys of objects under `folder` that were last written before `before`, by the store's own clock.
    pub async fn older_than(&self, folder: &str, before: Instant) -> Result<Vec<String>> {
        let old = self.0.list(Some(&Path::from(folder))).try_filter_map(|found| async move {
            let old = found.last_modified.timestamp_millis() < before.0;
            Ok(old.then(|| found.location.to_string()))
        });
        old.try_collect().await.map_err(fault)
    }

    /// Whether there was one does not matter.
    pub async fn delete(&self, key: &str) -> Result<()> {
        match self.0.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(error)),
        }
    }
}

#[cfg(feature = "s3")]
fn s3(config: &ObjectsConfig) -> Result<Objects> {
    let mut builder = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(&config.bucket)
        .with_allow_http(config.allow_http);
    if !config.endpoint.is_empty() {
        builder = builder.with_endpoint(&config.endpoint);
    }
    if !config.region.is_empty() {
        builder = builder.with_region(&config.region);
    }
    Ok(Objects(Arc::new(builder.build().map_err(fault)?)))
}

#[cfg(not(feature = "s3"))]
fn s3(_: &ObjectsConfig) -> Result<Objects> {
    Err(Error::invalid("s3_not_built"))
}

fn fault(error: object_store::Error) -> Error {
    let full = {
        let mut source: Option<&dyn std::error::Error> = Some(&error);
        let mut found = false;
        while let Some(inner) = source {
            found |= inner
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::StorageFull);
            source = inner.source();
        }
        found
    };
    Error::unavailable(if full { "disk_full" } else { "object_store_failed" }).because(error)
}
