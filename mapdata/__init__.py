"""Where things are and how they are kept."""
