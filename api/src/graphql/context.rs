//! What every resolver asks of its context: the ground of the domain, who is asking, and the batches that answer many look-ups with one query.

use std::{hash::Hash, sync::LazyLock};

use async_graphql::{Context, Result, dataloader::Loader};
use domain::Ctx;

use super::{auth::Viewer, loaders::{Batches, Finder}};
use crate::ApiState;

/// Who asks when the handler did not say: nobody.
static NOBODY: LazyLock<Viewer> = LazyLock::new(Viewer::default);

/// Shorter words for what resolvers ask.
pub(super) trait Ask<'a> {
    /// What the program gave the edge.
    fn state(&self) -> &'a ApiState;

    /// First argument of every operation.
    fn domain(&self) -> &'a Ctx;

    /// Who is asking.
    fn viewer(&self) -> &'a Viewer;

    /// One row, found together with those that are asked for at the same time.
    async fn load<K>(&self, key: K) -> Result<Option<<Finder as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = super::loaders::Failure>;
}

impl<'a> Ask<'a> for Context<'a> {
    fn state(&self) -> &'a ApiState {
        self.data_unchecked()
    }

    fn domain(&self) -> &'a Ctx {
        &self.state().ctx
    }

    fn viewer(&self) -> &'a Viewer {
        self.data_opt().unwrap_or(&NOBODY)
    }

    async fn load<K>(&self, key: K) -> Result<Option<<Finder as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = super::loaders::Failure>,
    {
        Ok(self.data_unchecked::<Batches>().load_one(key).await?)
    }
}
