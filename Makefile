# Two commands: `make run` starts a living town, `make test` proves the whole. Both install what they lack.
.PHONY: run test bench prove

run:
	@docker/setup.sh run
	@exec docker/start.sh --tied

test:
	@docker/setup.sh test
	@docker/test.sh

bench:
	@docker/setup.sh test
	@exec .venv/bin/python -m bench

prove: test bench
