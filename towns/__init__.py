"""How a town is made: the demo town, a town from OpenStreetMap, its grids, its departments and first workers."""
