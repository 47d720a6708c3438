# One command for each wish, the same at the desk and in CI.

RELEASE := build/release/lifeboat

.PHONY: build test drill bench soak format check clean

build:            ## build/release/lifeboat and the example's functions
	scripts/setup build
	cmake --preset release >/dev/null
	cmake --build build/release

test:             ## every test, with address and undefined-behaviour sanitizers
	scripts/setup test
	cmake --preset debug >/dev/null
	cmake --build build/debug
	scripts/run_tests.py build/debug

drill: build      ## TechModa in two regions, one of them killed: timeline and verdict
	$(RELEASE) drill run examples/techmoda/drill.yaml

bench: build      ## the figures of docs/performance.md
	scripts/setup bench
	.venv/bin/python bench/run.py --lifeboat $(RELEASE)

soak: build       ## longer campaigns: more seeds, more kills, fuzzing
	scripts/setup soak
	scripts/soak.py

format:           ## rewrites the sources in the project's format
	scripts/setup check
	git ls-files '*.h' '*.cc' | xargs clang-format-16 -i

check:            ## format, layers, sizes and assertions, without building
	scripts/setup check
	git ls-files '*.h' '*.cc' | xargs clang-format-16 --dry-run --Werror
	scripts/check_layers.py
	scripts/check_size.py
	scripts/check_checks.py

clean:
	rm -rf build
