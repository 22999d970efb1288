# Shortcuts. Nothing needs them: each is one plain command.

# Start the sandbox.
run:
    cargo run

# All tests.
test:
    cargo test

# What a commit has to pass, without the slow parts.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Write the GraphQL schema after the API has changed.
schema:
    cargo run --quiet -- schema > schema.graphql

# Licences and sources of everything that is linked (needs cargo-deny).
deny:
    cargo deny check licenses bans sources

# What is shipped: smaller and faster, and slow to build.
dist:
    cargo build --profile dist

# Everything, as the continuous integration runs it.
ci:
    .ci/run
