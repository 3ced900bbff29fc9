"""How a town is cut into grids: from a file, or along its streets; checked before anything is written."""
