"""The road network: read from the database, searched for who arrives first at a point."""
