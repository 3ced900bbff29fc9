"""The standing duties (八大员) of who walks a grid: what is to be done how often where, what is due, what was done."""
