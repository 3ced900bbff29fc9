"""Open channels: where every worker is, once a second, the same bytes to every display."""
