"""The second process: sends what lies in the outbox, and does what is to be done at its time."""
