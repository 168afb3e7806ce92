# What to type. Each line calls one script of dev/; dev/README.md says more.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8069
SIMULATOR_PORT ?= 8632
export ODOO_DIR DEB_MIRROR PYTHON DB PORT CHECK PROVIDERS SIMULATOR_PORT EXAMPLES

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: ## Odoo with the add-ons and a demo salon on 127.0.0.1, PORT=8069; PROVIDERS=simulator to pay
	@dev/run

fresh: ## the same, with a new demo database
	@dev/run fresh

update: ## bring the demo database up to the code
	@dev/run update

simulator: ## LiqPay and WayForPay, simulated, on 127.0.0.1, SIMULATOR_PORT=8632
	@python3 -m dev.simulator $(SIMULATOR_PORT)

shell: ## Python with "env" in the demo database
	@dev/run shell

test: ## all tests; T="path -k name" for some of them, DB=name in a database you keep
	@dev/test $(T)

lint: ## ruff, pylint-odoo, the Odoo Community Association's checks
	@dev/lint

format: ## repair what the linters can repair
	@dev/lint --fix

bench: ## the benchmarks in bench/, B=name for one
	@dev/bench $(B)

i18n: ## export the texts, refresh the translations, list what is missing; CHECK=1 only checks
	@dev/i18n

clean: ## remove this clone's databases and everything else in .dev
	@dev/clean

distclean: ## the same, and the cache shared by all clones
	@dev/clean all

lock: ## renew the pinned versions from dev/*.in
	@dev/lock

.PHONY: help run fresh update simulator shell test lint format bench i18n clean distclean lock
