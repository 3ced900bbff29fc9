"""Brings a real town from OpenStreetMap: roads, base map, places and things."""

from mapdata.osm.town import import_osm, import_place

__all__ = ["import_osm", "import_place"]
