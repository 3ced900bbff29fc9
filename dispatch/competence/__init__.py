"""Legal competence (执法权限): which department may handle which item of law, and whose enforcement card holds."""
