"""The private PostgreSQL with PostGIS that the centre keeps under ``var`` when it is given no database."""
