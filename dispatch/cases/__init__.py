"""The life of a case: report, verbs, deadlines, routing, log, photos."""
