//! What every resolver asks of its context: the ground of the domain, who is asking, and the batches that answer many look-ups with one query.

use std::{
    hash::Hash,
    sync::{Arc, LazyLock},
};

use async_graphql::{Context, dataloader::Loader};
use domain::{Ctx, Error};

use super::{
    auth::Viewer,
    loaders::{Batches, Failure, Finder},
};
use crate::ApiState;

/// What a key finds.
type Row<K> = <Finder as Loader<K>>::Value;

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
    fn load<K>(&self, key: K) -> impl Future<Output = Result<Option<Row<K>>, Failure>> + Send
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = Failure>;

    /// One row that has to be there, because another one refers to it.
    fn must<K>(&self, key: K, what: &'static str) -> impl Future<Output = Result<Row<K>, Failure>> + Send
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = Failure>;
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

    async fn load<K>(&self, key: K) -> Result<Option<Row<K>>, Failure>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = Failure>,
    {
        self.data_unchecked::<Batches>().load_one(key).await
    }

    async fn must<K>(&self, key: K, what: &'static str) -> Result<Row<K>, Failure>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Finder: Loader<K, Error = Failure>,
    {
        self.load(key).await?.ok_or_else(|| Arc::new(Error::NotFound { what }))
    }
}
