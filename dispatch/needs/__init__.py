"""Need lists (四清单): units of the district, what each needs or offers, and the claims of others on it."""
