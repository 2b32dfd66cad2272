# Everything a person or CI does with this repository. `make` alone lists it.
#
# Needed: Go 1.26, Node 20 or newer with npm, a C compiler (for the race detector in `make test`).

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo dev)

# What these tools change, they change below .cache; `make clean` removes it.
LINT_VERSION := v2.15.0
LINT         := .cache/bin/golangci-lint-$(LINT_VERSION)
TESTRUN      := .cache/bin/testrun
APIDIFF      := .cache/bin/apidiff-20261113
VULN_VERSION := v1.9.0
VULN         := .cache/bin/govulncheck-$(VULN_VERSION)

# All modules for others to build; each is a pattern of its own, for ./... ends where another module begins.
GO_PACKAGES := ./... ./sdk/... ./sdk/fiberguard/... ./sdk/grpcguard/...

# Tests that need a database or run the whole program; `make check` leaves them out.
NEEDS_MORE := internal/pgtest|apps/dev/postgres|internal/(deploy|faults|journey)
ATTACKS    := Attack|NothingOfOneTenant|AnotherTenant|NoInput|Hostile

UI_DEPS    := admin-ui/node_modules/.package-lock.json
UI         := admin-ui/dist/index.html
UI_SOURCES := $(shell find admin-ui/src admin-ui/public -type f 2>/dev/null) \
              $(wildcard admin-ui/index.html admin-ui/vite.config.ts admin-ui/tsconfig*.json)
DOCS_DEPS  := tools/docs/node_modules/.package-lock.json
DOCS       := apps/api/swagger/dist/swagger-ui-bundle.js

NPM_CI := npm ci --loglevel=error --no-audit --no-fund

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: run
run: build ## build everything and run it here: databases, API, workers, admin UI, message sink
	bin/keyhall dev

.PHONY: build
build: ui $(DOCS) ## build bin/keyhall, one static binary with the admin UI in it
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/keyhall ./apps/keyhall

.PHONY: test
test: $(TESTRUN) ## run all tests; this is what CI runs (some of them: make test ONLY=go,fuzz,sdk,ui,e2e)
	@exec $(TESTRUN) -only '$(ONLY)'

.PHONY: check
check: $(LINT) ui-deps ## the fast half: format, vet, lint, unit tests without a database
	@test -z "$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go') | tee /dev/stderr)"
	go vet $(GO_PACKAGES)
	$(LINT) run $(GO_PACKAGES)
	npm --prefix admin-ui run --silent lint
	go list -test -f '{{.ImportPath}} {{.Deps}}' $(GO_PACKAGES) | grep -E '^[^ ]+\.test ' | grep -vE '$(NEEDS_MORE)' | sed 's/\.test .*//' | xargs go test
	npm --prefix admin-ui test --silent

.PHONY: fmt
fmt: $(LINT) ## format the Go code as check wants it
	$(LINT) fmt

.PHONY: generate
generate: ui-deps ## write everything that is generated from openapi.yaml
	scripts/generate.sh

.PHONY: bench
bench: build ## measure what docs/performance.md promises, as ratios within one run (at most 3 minutes)
	@go build -o .cache/bin/bench ./internal/bench
	@exec .cache/bin/bench -bin bin/keyhall

.PHONY: seed-large
seed-large: build ## fill .keyhall-large with 10,000 tenants and 1,000,000 users, and measure the lists among them
	@go build -o .cache/bin/crowd ./internal/crowd
	@exec .cache/bin/crowd -bin bin/keyhall -data-dir .keyhall-large -browser admin-ui

.PHONY: e2e
e2e: $(TESTRUN) ## drive the admin UI in a browser against the real program, each room in both schemes and widths
	@KEYHALL_TEST_SWEEP=long exec $(TESTRUN) -only build,e2e

.PHONY: screenshots
screenshots: $(TESTRUN) ## take the pictures in docs/screenshots anew: every room, light and dark
	@SCREENSHOTS=1 exec $(TESTRUN) -only build,e2e

.PHONY: attack
attack: $(TESTRUN) ## replay every route as a stranger and with hostile input
	@exec $(TESTRUN) -only go -run '$(ATTACKS)'

.PHONY: faults
faults: $(TESTRUN) ## kill processes and databases under load and look for what was lost
	@KEYHALL_TEST_FAULTS=long exec $(TESTRUN) -only build,go -run Fault

.PHONY: api-compat
api-compat: ## compare what the SDK exports with its last release
	@scripts/api-compat.sh $(APIDIFF)

.PHONY: vuln
vuln: $(VULN) ## look for known vulnerabilities in what the programs call (asks vuln.go.dev)
	$(VULN) $(GO_PACKAGES)

.PHONY: smoke
smoke: ## replay the recorded conversations against a server: make smoke URL=https://... EMAIL=... PASSWORD=...
	@KEYHALL_SMOKE_URL='$(URL)' KEYHALL_SMOKE_EMAIL='$(EMAIL)' KEYHALL_SMOKE_PASSWORD='$(PASSWORD)' \
		go test -count=1 -run TestSmoke -v ./internal/transcript

.PHONY: ui
ui: $(UI) ## build the admin UI into admin-ui/dist

.PHONY: clean
clean: ## remove what was built or downloaded; the data of `make run` (.keyhall) stay
	rm -rf bin .cache admin-ui/node_modules admin-ui/e2e/browser/node_modules tools/docs/node_modules
	find admin-ui/dist apps/api/swagger/dist -mindepth 1 ! -name .gitkeep -delete

# What the targets above stand on.

.PHONY: ui-deps docs-deps lint-spec
ui-deps: $(UI_DEPS)
docs-deps: $(DOCS_DEPS)

lint-spec: docs-deps
	REDOCLY_TELEMETRY=off tools/docs/node_modules/.bin/redocly lint openapi.yaml

# npm writes this file at the end of an installation, so that one that was broken off is begun again.
$(UI_DEPS): admin-ui/package-lock.json
	$(NPM_CI) --prefix admin-ui
	@touch $@

$(DOCS_DEPS): tools/docs/package-lock.json
	$(NPM_CI) --prefix tools/docs --ignore-scripts
	@touch $@

$(UI): $(UI_DEPS) $(UI_SOURCES)
	npm --prefix admin-ui run --silent build -- --logLevel warn
	@touch $@

# The page itself is ours (apps/api/swagger); these are the vendor's files that it loads, with their licences.
$(DOCS): $(DOCS_DEPS)
	cd tools/docs/node_modules/swagger-ui-dist && cp LICENSE NOTICE swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt $(CURDIR)/$(@D)/
	@touch $@

$(TESTRUN): .FORCE
	@go build -o $@ ./internal/testrun

$(LINT):
	@echo 'Building golangci-lint $(LINT_VERSION), only once: this takes some minutes.'
	GOBIN=$(CURDIR)/.cache/bin GOWORK=off GOFLAGS=-mod=mod go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv .cache/bin/golangci-lint $@

$(APIDIFF):
	GOBIN=$(CURDIR)/.cache/bin GOWORK=off GOFLAGS=-mod=mod go install golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
	mv .cache/bin/apidiff $@

$(VULN):
	GOBIN=$(CURDIR)/.cache/bin GOWORK=off GOFLAGS=-mod=mod go install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION)
	mv .cache/bin/govulncheck $@

.PHONY: .FORCE
.FORCE:
