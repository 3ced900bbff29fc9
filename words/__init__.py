"""How things are put into words: one catalogue in Chinese and English, names, lengths, times, faults."""
