# Everything a person runs here.  Each target brings what it needs; `make help` tells what there is.

TOOLS := .tools
UV := $(or $(shell command -v uv 2>/dev/null),$(TOOLS)/uv/bin/uv)
RUN := $(UV) run --no-sync --quiet
SUPPORT := tests/support
# npm writes it when it is through.
INSTALLED := node_modules/.package-lock.json
ARGS ?=

# What a step is and when it began: the differences are the timings.
step = @printf '%s  %s\n' "$$(date +%T)" "$(1)"

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench env test-tools browser

help: ## Tell what can be run (this)
	@printf 'Pointsman asks before a release goes on.  Nothing needs to be prepared but Python 3.11 and make.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nMore words for a command go into ARGS:  make test ARGS="tests/domain -k quorum"\n'

demo: env ## Watch it work: a practice release waits for your click, in the browser
	@exec $(RUN) pointsman demo $(ARGS)

test: check test-tools ## Check, then test with SQLite, PostgreSQL and a real browser
	$(call step,pytest)
	@$(RUN) pytest --numprocesses=auto --dist=worksteal $(ARGS)

check: env ## Read the code: style, types, who imports whom, the Dockerfile
	$(call step,ruff)
	@$(RUN) ruff check --quiet
	@$(RUN) ruff format --check --quiet
	$(call step,mypy)
	@$(RUN) mypy
	$(call step,import contracts)
	@$(RUN) lint-imports
	$(call step,hadolint)
	@$(RUN) hadolint Dockerfile

format: env ## Put the code in order
	@$(RUN) ruff check --fix --quiet || true
	@$(RUN) ruff format

bench: env ## Measure: print the figures of benchmarks/
	@$(RUN) python -m benchmarks $(ARGS)

env: $(UV) ## Bring the environment up to the lock file
	@$(UV) sync --locked --quiet --compile-bytecode

# Without them the tests that need them are skipped, and fail in CI.
test-tools: env browser ## Bring what tests need beside Python: Slack's types, and a browser if there is none
	@if command -v npm >/dev/null; then $(MAKE) -s $(TOOLS)/slack-types/$(INSTALLED); \
	else echo 'npm is missing: cards are not held against Slack. Install npm (Debian: apt-get install npm).'; fi

browser: env
	@if $(RUN) python -m tests.support.browser >/dev/null; then :; \
	elif command -v npm >/dev/null; then $(MAKE) -s $(TOOLS)/chromium/chromium; \
	else echo 'No browser is here. Install Chromium (Debian: apt-get install chromium), or name yours in CHROMIUM.'; fi

$(TOOLS)/uv/bin/uv:
	$(call step,uv into $(TOOLS))
	@python3 -m venv $(TOOLS)/uv && $(TOOLS)/uv/bin/python -m pip install --quiet --disable-pip-version-check uv \
	|| { rm -rf $(TOOLS)/uv; echo 'Install uv, or what Python needs for it (Debian: apt-get install python3-venv).'; exit 1; }

$(TOOLS)/%/$(INSTALLED): $(SUPPORT)/%/package.json $(SUPPORT)/%/package-lock.json
	$(call step,npm packages: $*)
	@mkdir -p $(TOOLS)/$*
	@cp $^ $(TOOLS)/$*
	@npm ci --prefix $(TOOLS)/$* --silent --no-audit --no-fund
	@touch $@

$(TOOLS)/chromium/chromium: $(TOOLS)/chromium/$(INSTALLED) $(SUPPORT)/chromium/unpack.mjs
	@rm -rf $(TOOLS)/chromium/unpacked
	@cp $(SUPPORT)/chromium/unpack.mjs $(TOOLS)/chromium
	@node $(TOOLS)/chromium/unpack.mjs
