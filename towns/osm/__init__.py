"""Brings a real town from OpenStreetMap: roads, base map, places and things."""
