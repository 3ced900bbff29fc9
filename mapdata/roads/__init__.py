"""The road network: read from the database, searched for who is there first."""
