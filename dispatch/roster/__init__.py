"""Who has which shift where, what is not covered, and how it is changed."""
