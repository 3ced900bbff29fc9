"""Who comes in, to what, from where; and the one shape of every refusal."""
