# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
KAFKA_POM := tests/integration/kafka/pom.xml
KAFKA_JARS := .cache/kafka-libs/.complete
PEER := bench/peers/kafka-streams
PEER_JAR := .cache/peers/kafka-streams/kafka-streams-peer.jar
REGISTRY := io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all
REGISTRY_APP := .cache/registry-app/3.0.9
WORKERS ?= auto
COMPILED := build/compiled
WHEEL := build/wheel/.complete
DRAWINGS := window outage correction
FLINK := bench/peers/flink
FLINK_JAR := .cache/peers/flink/flink-peer.jar
PEER_PYTHON := .cache/peers/python/.installed
PROFILER := .cache/flame/.installed
MEASURED ?= $(COMPILED)
IN_COMPILED := cd $(COMPILED) && $(BIN)/python
CHARTS := cost pace delay rules growth

.PHONY: help setup demo test check wheel compiled unit-compiled guard format lint types contracts generated schemas unit tools kafka-jars registry-jars generate bench bench-full bench-rules latency peers further-peers lock-bench growth stages flame flame-worker deadlines midnight idle growing rolling restart proof mutations year soak soak-faults lock audit clean

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup  ## The main job on real data: history drains, live traffic follows, a coupon fires
	@$(BIN)/tagger demo

test: tools setup kafka-jars registry-jars format lint types contracts generated schemas guard unit-compiled  ## Everything, with a real Kafka
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: setup format lint types contracts generated schemas guard unit  ## Everything that needs no service

setup: $(INSTALLED)  ## A virtual environment with everything; afterwards .venv/bin/tagger works

$(INSTALLED): requirements.lock pyproject.toml
	@echo "setting up .venv (about half a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

tools:
	@missing=; for tool in cc java mvn openssl promtool valgrind; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then echo "missing:$$missing; install with: apt-get install -y --no-install-recommends default-jre-headless maven openssl prometheus valgrind gcc libc6-dev python3-dev" >&2; exit 1; fi

kafka-jars: $(KAFKA_JARS)  ## Apache Kafka from Maven artifacts, for the tests

$(KAFKA_JARS): $(KAFKA_POM)
	@echo "fetching Kafka's jars (about half a minute)"
	@rm -rf $(@D) && mkdir -p $(@D)
	@mvn -q -B -f $(KAFKA_POM) dependency:copy-dependencies -DoutputDirectory=$(abspath $(@D)) -DincludeScope=runtime
	@touch $@

registry-jars: $(REGISTRY_APP)  ## A schema registry from a Maven artifact, for the tests

$(REGISTRY_APP):
	@echo "fetching a schema registry (about half a minute)"
	@rm -rf $(@D) && mkdir -p $(@D)
	@cd $(@D) && mvn -q -B dependency:unpack -Dartifact=$(REGISTRY) -DoutputDirectory=$(abspath $(@D))
	@touch $@

schemas: setup
	@out=$$($(BIN)/tagger schemas check) || { echo "$$out"; exit 1; }

format: setup
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ." >&2; exit 1; }

lint: setup
	@$(BIN)/ruff check --quiet .

types: setup
	@$(BIN)/mypy --no-error-summary

contracts: setup
	@out=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$out"; exit 1; }

generated: setup
	@$(BIN)/python -m tagger.codecs.generate --check
	@$(BIN)/python -m tagger.telemetry --check docs/reference/metrics.md
	@$(BIN)/python -m tagger.insight.settings_page --check docs/reference/settings.md
	@$(BIN)/python -m tagger.cli.reference --check docs/reference/cli.md
	@$(BIN)/python -m tagger.insight.rule_reference --check docs/reference/rules.md
	@$(BIN)/python -m tagger.insight.rule_faults --check docs/reference/rule-faults.md
	@$(BIN)/python -m tagger.insight.pack_page --check docs/reference/packs.md
	@$(BIN)/python -m tagger.insight.dashboard --check deploy/grafana/dashboards/tagger.json
	@$(BIN)/python -m tagger.insight.rule_schema pack --check schemas/rules/pack.schema.json
	@$(BIN)/python -m tagger.insight.rule_schema cases --check schemas/rules/cases.schema.json
	@for name in $(DRAWINGS); do $(BIN)/python -m tagger.insight.timelines $$name --check docs/concepts/$$name.svg; done
	@for name in $(CHARTS); do $(BIN)/python -m bench.charts $$name --check docs/charts/$$name.svg; done
	@$(BIN)/python -m bench.scale --check docs/scale.md
	@$(BIN)/python -m bench.targets --check docs/performance.md

generate: setup  ## Write the generated files anew
	@$(BIN)/python -m tagger.codecs.generate
	@$(BIN)/python -m tagger.telemetry --write docs/reference/metrics.md
	@$(BIN)/python -m tagger.insight.settings_page --write docs/reference/settings.md
	@$(BIN)/python -m tagger.cli.reference --write docs/reference/cli.md
	@$(BIN)/python -m tagger.insight.rule_reference --write docs/reference/rules.md
	@$(BIN)/python -m tagger.insight.rule_faults --write docs/reference/rule-faults.md
	@$(BIN)/python -m tagger.insight.pack_page --write docs/reference/packs.md
	@$(BIN)/python -m tagger.insight.dashboard --write deploy/grafana/dashboards/tagger.json
	@$(BIN)/python -m tagger.insight.rule_schema pack --write schemas/rules/pack.schema.json
	@$(BIN)/python -m tagger.insight.rule_schema cases --write schemas/rules/cases.schema.json
	@for name in $(DRAWINGS); do $(BIN)/python -m tagger.insight.timelines $$name --write docs/concepts/$$name.svg; done
	@for name in $(CHARTS); do $(BIN)/python -m bench.charts $$name --write docs/charts/$$name.svg; done
	@$(BIN)/python -m bench.scale --write docs/scale.md
	@$(BIN)/python -m bench.targets --write docs/performance.md

deadlines: setup  ## What a million waiting deadlines cost in memory and time
	@$(BIN)/python -m bench.deadlines $(DEADLINES)

midnight: compiled  ## A million deadlines at one instant, with live events among them (minutes)
	@$(IN_COMPILED) -m bench.midnight $(MIDNIGHT)

bench: compiled tools kafka-jars peers  ## The whole program beside Kafka Streams and others, every change checked (minutes)
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.compare $(BENCH)

bench-full: compiled tools kafka-jars peers further-peers  ## The same with Flink, Bytewax, Quix Streams and DuckDB too
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.compare --suite full $(BENCH)

bench-rules: compiled tools kafka-jars  ## What more workers and more rules cost
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.compare --suite rules $(BENCH)

latency: compiled tools kafka-jars peers  ## How soon a committed change is there, beside the others, live
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.compare --rate 5000 $(LATENCY)

peers: tools $(PEER_JAR)  ## The job on Kafka Streams, from Maven artifacts, for `make bench`

$(PEER_JAR): $(PEER)/pom.xml $(shell find $(PEER)/src bench/peers/java -type f) schemas/avro/Purchase.avsc
	$(call java_peer,$(PEER),Kafka Streams)

further-peers: tools $(FLINK_JAR) $(PEER_PYTHON)  ## The job on Flink, Bytewax and Quix Streams, for `make bench-full`

$(FLINK_JAR): $(FLINK)/pom.xml $(shell find $(FLINK)/src bench/peers/java -type f) schemas/avro/Purchase.avsc
	$(call java_peer,$(FLINK),Flink)

define java_peer
	@command -v javac >/dev/null || { echo "missing: javac; install with: apt-get install -y --no-install-recommends default-jdk-headless" >&2; exit 1; }
	@echo "building the job on $(2) (about a minute)"
	@rm -rf $(@D)
	@mvn -q -B -f $(1)/pom.xml package -Dbuild.folder=$(abspath $(@D))
	@touch $@
endef

$(PEER_PYTHON): bench/peers/requirements.lock $(INSTALLED)
	@echo "setting up an environment for Bytewax and Quix Streams (about half a minute)"
	$(environment)

growth: compiled  ## What an event costs with 10 million customers on disk, and with 10,000 events in a window (minutes)
	@$(IN_COMPILED) -m bench.growth --results $(CURDIR)/bench/results $(GROWTH)

stages: compiled  ## Where a microsecond of an event goes, stage by stage
	@$(IN_COMPILED) -m bench.stages $(STAGES)

flame: setup $(PROFILER)  ## Where the time goes in the stages of a worker, as build/flame.svg
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.flame $(FLAME)

flame-worker: setup tools kafka-jars $(PROFILER)  ## The same of a worker on a real Kafka
	@BENCH_TAGGER=$(MEASURED) $(BIN)/python -m bench.flame --worker $(FLAME)

$(PROFILER): bench/flame/requirements.lock $(INSTALLED)
	$(environment)

define environment
	@rm -rf $(@D) && $(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
endef

lock-bench:  ## Current versions of the peers and the profiler (needs uv)
	@for folder in bench/peers bench/flame; do uv pip compile --quiet --universal --upgrade --generate-hashes \
		--no-emit-index-url --no-header --python-version 3.11 $$folder/requirements.in -o $$folder/requirements.lock; done

idle: compiled kafka-jars  ## How soon a tag leaves while nothing happens, on a real Kafka
	@$(IN_COMPILED) -m bench.idle --results $(CURDIR)/bench/results $(IDLE)

growing: setup kafka-jars  ## How long a million customers take to move to more partitions
	@$(BIN)/python -m bench.growing $(GROWING)

rolling: compiled kafka-jars  ## Workers restarted in turn under load: how long each partition stands still
	@$(IN_COMPILED) -m bench.rolling $(ROLLING)

restart: compiled kafka-jars  ## How soon a worker is back with a million profiles, on a real Kafka (minutes)
	@$(IN_COMPILED) -m bench.restart --results $(CURDIR)/bench/results $(RESTART)

proof: setup  ## 5,000 schedules of the stream and 20,000 histories against a brute force (minutes)
	@$(BIN)/python -m tests.oracle.proof $(PROOF)

mutations: setup  ## Faults put into copies of the product, to see that the proof finds each
	@$(BIN)/python -m tests.oracle.mutations $(MUTATIONS)

year: setup  ## A year of real data shuffled, repeated, withheld and with crashes, against SQL (minutes)
	@$(BIN)/python -m tests.oracle.year $(YEAR)

soak: compiled kafka-jars  ## Workers of a real Kafka killed again and again under load (minutes)
	@$(IN_COMPILED) -m tests.soak $(SOAK)

soak-faults: setup kafka-jars  ## Faults put into the workers, to see that the soak finds each (minutes)
	@$(BIN)/python -m tests.soak.faults $(SOAK_FAULTS)

wheel: $(WHEEL)  ## The wheel, with its hot modules compiled, in build/wheel

$(WHEEL): $(INSTALLED) hatch_build.py $(shell git ls-files tagger schemas rules)
	@echo "compiling the hot modules (a minute or two)"
	@rm -rf $(@D)
	@BUILD_FORM=compiled $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --wheel-dir $(@D) .
	@touch $@

compiled: $(WHEEL)  ## A copy of the project with the wheel's compiled modules, in build/compiled
	@rm -rf $(COMPILED) && mkdir -p $(COMPILED)
	@git ls-files -z --cached --others --exclude-standard | grep -zvxFf <(git ls-files --deleted) \
		| tar --create --null --files-from - | tar --extract --directory $(COMPILED)
	@$(BIN)/python -m zipfile --extract $(<D)/*.whl $(COMPILED)
	@ln -s ../../.venv ../../.cache $(COMPILED)

unit-compiled: compiled  ## The tests of what is compiled, compiled
	@cd $(COMPILED) && TAGGER_TESTED=compiled $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup \
		-m "not service" tests/unit/test_compiled.py tests/unit/engine tests/unit/stream tests/unit/codecs tests/contract tests/oracle

guard: setup  ## Whether the engine has become slower than the commit before, in instructions
	@$(BIN)/python -m bench.guard

unit: setup
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup -m "not service"

lock: setup  ## Current versions of all dependencies into requirements.lock (needs uv)
	@uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --extra dev --extra demo pyproject.toml -o requirements.lock

audit: setup  ## Known vulnerabilities in the locked dependencies
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

clean:  ## Remove what was made, but not the downloads
	@rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
