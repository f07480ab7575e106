# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-slow check docs bench clean

demo: $(VENV)/train   ## install, train on the shipped messages, show the result
	$(BIN)/attentif train messages --out demo-model
	$(BIN)/attentif explain demo-model "Your parcel is waiting: pay 1.99 at post-fee.example/x1"

test: $(VENV)/dev     ## all tests but the slow ones
	$(BIN)/python -m pytest -q -m "not slow" -n auto --dist worksteal

test-slow: $(VENV)/dev
	$(BIN)/python -m pytest -q -m slow

check: $(VENV)/dev    ## style, types, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

docs: $(VENV)/dev     ## the documentation site, in build/docs; a broken link is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs

# Hours. Fewer: make bench SEEDS=1 REPEATS=2 SIZES="5000 50000". What is missing is skipped, and said;
# a benchmark that falls short does not stop the next one, but the last command says it did.
SEEDS   ?= 5
REPEATS ?= 5
SIZES   ?= 5000 50000 500000
TRAININGS ?= 1
bench: export ATTENTIF_DATA := $(or $(ATTENTIF_DATA),$(wildcard $(CURDIR)/../shared/data))
bench: export ATTENTIF_BENCH := $(or $(ATTENTIF_BENCH),$(CURDIR)/.bench)
bench: FOUND = $(ATTENTIF_BENCH)/results
bench: $(VENV)/dev    ## everything beside its peers, with spread; writes benchmarks/RESULTS.md
	-$(BIN)/python -m benchmarks.training_speed --repeats $(REPEATS) --json $(FOUND)/training.json
	-$(BIN)/python -m benchmarks.scoring --json $(FOUND)/scoring.json
	-$(BIN)/python -m benchmarks.quality --seeds $(SEEDS) --json $(FOUND)/quality.json
	-$(BIN)/python -m benchmarks.choices "hidden_size=64" "" "cell=gru" --json $(FOUND)/choices.json
	-$(BIN)/python -m benchmarks.shares --json $(FOUND)/shares.json
	-$(BIN)/python -m benchmarks.growth --sizes $(SIZES) --json $(FOUND)/growth.json
	-$(BIN)/python -m benchmarks.pairs --seeds $(TRAININGS) --json $(FOUND)/pairs.json
	-$(BIN)/python -m benchmarks.bottleneck --seeds $(TRAININGS) --json $(FOUND)/bottleneck.json
	-$(BIN)/python -m benchmarks.date_alignment --json $(FOUND)/alignment.json
	-$(BIN)/python -m benchmarks.transducing_speed --repeats $(REPEATS) --json $(FOUND)/transducing.json
	-$(BIN)/python -m benchmarks.presets
	$(BIN)/python -m benchmarks.results $(FOUND)

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "attentif needs Python 3.11 or newer; give it as: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/train: $(VENV)/python pyproject.toml constraints.txt
	@echo "installing attentif[train] into $(VENV) (about a gigabyte; once) ..."
	$(PIP) -e '.[train]'
	@touch $@

$(VENV)/dev: $(VENV)/python pyproject.toml constraints.txt
	@echo "installing attentif[dev] into $(VENV) (once) ..."
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/train

clean:
	rm -rf $(VENV) demo-model build dist .pytest_cache .ruff_cache .hypothesis
