//! Which path is answered by whom. Whatever the program mounts besides (the sandbox's page, later the dashboard) comes under its prefix
//! and gets the same headers, ids and metrics.

use poem::{Endpoint, EndpointExt, IntoResponse, Response, Route, endpoint::BoxEndpoint, endpoint::make_sync, get};

use crate::{
    graphql,
    graphql_http::GraphqlHttp,
    health::{self, Readiness},
    index::Index,
    install::{self, Install, Step},
    media::{self, Files},
    request_id::{Accompanied, Routes},
    state::ApiState,
    webhooks::Webhook,
};

/// The path under which the sandbox is mounted, when it is.
const PLAYGROUND: &str = "/sandbox";

/// Everything that the server answers. `extra` is mounted by prefix, such as `/sandbox`; what it gets is stripped of it.
pub fn app(
    state: ApiState,
    extra: Vec<(&'static str, BoxEndpoint<'static>)>,
) -> impl Endpoint<Output = Response> + 'static {
    let mounted: Vec<&'static str> = extra.iter().map(|(prefix, _)| *prefix).collect();
    let routes = names(&state, &mounted);
    let is_https = state.settings.is_https();
    let mut route = installation(own(&state, &mounted), &state, &mounted);
    for hook in state.webhooks.iter() {
        route = route.at(hook.path, Webhook::new(&state, hook));
    }
    for (prefix, endpoint) in extra {
        route = route.nest(prefix, endpoint);
    }
    Accompanied { inner: route, is_https, routes }
}

fn own(state: &ApiState, mounted: &[&'static str]) -> Route {
    let sdl = make_sync(|_| graphql::sdl().with_content_type("text/plain; charset=utf-8").into_response());
    Route::new()
        .at("/", get(Index { mounted: mounted.to_vec() }))
        .at("/healthz", get(health::lives))
        .at("/readyz", get(Readiness::new(state)))
        .at("/metrics", get(health::metrics(&state.settings)))
        .at("/schema.graphql", get(sdl))
        .at(media::ROUTE, get(Files::new(state)))
        .at("/graphql", GraphqlHttp::new(state.ctx.clone(), graphql::schema(state.clone())).map_to_response())
}

fn installation(route: Route, state: &ApiState, mounted: &[&'static str]) -> Route {
    let playground = mounted.iter().copied().find(|path| *path == PLAYGROUND);
    let step = |step| get(Install::new(step, state, playground));
    route
        .at(install::INSTALL_PATH, step(Step::Begin))
        .at(install::CALLBACK_PATH, step(Step::Return))
        .at(install::INSTALLED_PATH, step(Step::End))
}

/// The paths that the metrics name.
fn names(state: &ApiState, mounted: &[&'static str]) -> Routes {
    let mut exact = vec!["/", "/healthz", "/readyz", "/metrics", "/schema.graphql", "/graphql"];
    exact.extend([install::INSTALL_PATH, install::CALLBACK_PATH, install::INSTALLED_PATH]);
    exact.extend(state.webhooks.iter().map(|hook| hook.path));
    let below = mounted.iter().copied().chain([media::PATH]).collect();
    Routes { exact, below }
}
