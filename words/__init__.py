"""How things are said: one catalogue in Chinese and English, names, lengths, times, faults."""
