"""What is counted: the present figures and those of a period."""
