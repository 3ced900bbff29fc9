# Two commands: `make run` starts a living town, `make test` proves the whole. Both install what they lack.
.PHONY: run test bench prove schema

run:
	@docker/setup.sh run
	@exec docker/start.sh --tied

test:
	@docker/setup.sh test
	@docker/test.sh

bench:
	@docker/setup.sh test
	@exec .venv/bin/python -m bench

# Everything, with the tests that take minutes, then the benchmarks.
prove:
	@docker/setup.sh test
	@PYTEST_ADDOPTS="-m 'long or not long'" docker/test.sh
	@exec .venv/bin/python -m bench

# After a change of the migrations: the whole schema, to be read in one piece (a test holds both against each other).
schema:
	@exec .venv/bin/python -m tests.promises.write_schema
