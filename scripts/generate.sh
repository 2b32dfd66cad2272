#!/bin/sh
# Writes everything that is generated from openapi.yaml; `make generate` calls it, and CI fails when a file changes.
#
#   sdk/gen_types.go, sdk/gen_calls.go   the Go client, by oapi-codegen through tools/sdkgen
#   admin-ui/src/api/schema.d.ts         the types of the admin UI, by openapi-typescript
set -eu
cd "$(dirname "$0")/.."

# The generator is a module of its own outside the workspace, so that its dependencies are nobody else's.
GOWORK=off go -C tools run ./sdkgen

[ -x admin-ui/node_modules/.bin/openapi-typescript ] || npm --prefix admin-ui ci --no-audit --no-fund
npm --prefix admin-ui run --silent generate
