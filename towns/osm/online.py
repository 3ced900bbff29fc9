"""A town fetched by its name from OpenStreetMap's servers, with osmnx."""

from __future__ import annotations

from typing import Any

import shapely

from base.errors import NotFound, Unavailable
from base.progress import Progress
from towns.osm.extract import Element, Extract
from towns.osm.streets import useful_tags
from towns.osm.tags import HIGHWAYS

_WANTED_FEATURES: dict[str, bool | str | list[str]] = {
    "building": True, "landuse": True, "natural": True, "leisure": True, "waterway": True, "place": True,
    "amenity": True, "shop": True, "emergency": True, "man_made": True, "tourism": True, "railway": ["rail", "station"],
    "highway": ["street_lamp"],
}  # fmt: skip
_TYPES = {"node": "n", "way": "w", "relation": "r"}


def fetch_extract(query: str, progress: Progress) -> Extract:
    """Ask OpenStreetMap for a place: its roads and everything the base map, places and things are made of.

    Parameters
    ----------
    query
        what a person would type into a map's search: "姚庄镇, 嘉善县, 浙江".

    Raises
    ------
    Unavailable
        when the servers cannot be reached.
    NotFound
        when no place with an outline answers to the name.
    """
    import osmnx
    import requests
    from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

    # a cache in the working folder would answer with the town as it was when it was first asked for
    use_cache_before, osmnx.settings.use_cache = osmnx.settings.use_cache, False
    try:
        progress("place_roads", place=query)
        with useful_tags():
            graph = osmnx.graph_from_place(query, network_type="all", simplify=False, retain_all=True)
        progress("place_features", place=query)
        features = osmnx.features_from_place(query, tags=_WANTED_FEATURES)
    except (requests.exceptions.RequestException, ResponseStatusCodeError) as error:
        raise Unavailable("no_internet", reason=type(error).__name__) from error
    except (TypeError, InsufficientResponseError) as error:  # osmnx raises TypeError for a place that is only a point
        raise NotFound("no_such_place", field="PLACE", given=query) from error
    finally:
        osmnx.settings.use_cache = use_cache_before
    return Extract(graph, [*_road_elements(graph), *_feature_elements(features)])


def _road_elements(graph: Any) -> list[Element]:
    """Each street of the graph once, for the base map."""
    streets: dict[tuple[int, int], Element] = {}
    for start, end, tags in graph.edges(data=True):
        if tags.get("highway") in HIGHWAYS:
            line = shapely.LineString([(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (start, end)])
            own_tags = {key: value for key, value in tags.items() if isinstance(value, str)}
            streets.setdefault((min(start, end), max(start, end)), Element(f"w{tags['osmid']}", own_tags, line))
    return list(streets.values())


def _feature_elements(features: Any) -> list[Element]:
    elements = []
    for (kind, osm_id), row in features.iterrows():
        tags = {key: value for key, value in row.items() if isinstance(value, str)}
        elements.append(Element(f"{_TYPES.get(kind, 'r')}{osm_id}", tags, row["geometry"]))
    return elements
