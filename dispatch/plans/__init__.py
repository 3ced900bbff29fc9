"""Plans (预案) for grave types: who must go, who is called in which order, what to bring near, what to tell."""
