# What to type. Each line calls one script of dev/; dev/README.md says more.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8069
export ODOO_DIR DEB_MIRROR PYTHON DB PORT CHECK

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

test: ## all tests; T="path -k name" for some of them, DB=name in a database you keep
	@dev/test $(T)

clean: ## remove this clone's databases and everything else in .dev
	@dev/clean

distclean: ## the same, and the cache shared by all clones
	@dev/clean all

lock: ## renew the pinned versions from dev/*.in
	@dev/lock

.PHONY: help test clean distclean lock
