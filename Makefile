# Three commands: `make run` starts a living town, `make check` looks quickly, `make test` proves the whole. Each
# installs what it lacks.
.PHONY: run check test bench prove schema

run:
	@docker/setup.sh run
	@exec docker/start.sh --tied

# Lint, types, imports, unit tests, browser modules: what needs no database and no browser.
check:
	@docker/setup.sh test
	@docker/test.sh quick

test:
	@docker/setup.sh test
	@docker/test.sh

bench:
	@docker/setup.sh test
	@exec .venv/bin/python -m bench

# Everything, with the tests that take minutes, then the benchmarks.
prove:
	@docker/setup.sh test
	@docker/test.sh long
	@exec .venv/bin/python -m bench

# After a change of the migrations: the whole schema, to be read in one piece (a test holds both against each other).
schema:
	@exec .venv/bin/python -m tests.promises.write_schema
