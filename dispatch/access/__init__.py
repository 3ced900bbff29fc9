"""Who may do what: grants, accounts, sessions, masking, audit."""
