"""Who may do what, read what, see whom: grants, scope, masking, accounts, sessions, audit."""
