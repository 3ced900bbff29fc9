"""What OpenStreetMap's tags mean here. Pure look-ups; a tag that is not named in these tables is not taken.

Source: wiki.openstreetmap.org, Map Features.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Tags = Mapping[str, str]

FOOT, EBIKE, CAR = "foot", "ebike", "car"

_MOTOR_ROADS = {"motorway", "motorway_link", "trunk", "trunk_link"}
_STREETS = {
    "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "road", "track", "busway",
}  # fmt: skip
_PATHS = {"footway", "pedestrian", "path", "cycleway", "bridleway", "steps", "corridor"}
HIGHWAYS = frozenset(_MOTOR_ROADS | _STREETS | _PATHS)
"""Values of ``highway`` that are roads or ways in use; others (proposed, construction, platform ...) are not."""

ACCESS_TAGS = ("access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar", "tracktype")
"""Tags besides ``highway`` that decide who may move on a way."""

_CLOSED_VALUES = {"no", "use_sidepath"}
_OPEN_VALUES = {"yes", "designated", "permissive", "official"}


def local_name(tags: Tags) -> str:
    """The name people read: Chinese where there is one, else the name of the place itself."""
    for key in ("name:zh", "name:zh-Hans", "name"):
        if name := tags.get(key, "").strip():
            return name
    return tags.get("ref", "").strip() if "highway" in tags else ""


def _first_value(tags: Tags, *keys: str) -> str | None:
    """The value of the first of the keys that is tagged: name the most special one first, it overrules the others."""
    return next((tags[key] for key in keys if key in tags), None)


def _is_open_on_foot(highway: str, tags: Tags) -> bool:
    if highway in _MOTOR_ROADS:
        return tags.get("foot") in _OPEN_VALUES
    return _first_value(tags, "foot", "access") not in _CLOSED_VALUES


def _is_open_to_ebikes(highway: str, tags: Tags) -> bool:
    if highway in _MOTOR_ROADS:
        return tags.get("bicycle") in _OPEN_VALUES
    if highway in ("steps", "corridor"):
        return False
    return _first_value(tags, "bicycle", "vehicle", "access") not in _CLOSED_VALUES | {"dismount"}


def _is_open_to_cars(highway: str, tags: Tags) -> bool:
    access = _first_value(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    if highway in _PATHS or highway == "busway":
        # a pedestrian street may be opened to cars; "yes" on a footpath is a mistake more often than not
        return access in _OPEN_VALUES and highway == "pedestrian"
    if highway == "track" and access is None:
        return tags.get("tracktype") in ("grade1", "grade2")
    return access not in _CLOSED_VALUES | {"agricultural", "forestry"}


def allowed_modes(tags: Tags) -> tuple[str, ...]:
    """Who may move along a way: of foot, ebike, car those for whom it is open; none when it is not a road.

    Motorways and trunk roads are closed to people on foot and e-bikes unless a tag opens them; a private road stays
    open, for a grid worker goes into the compounds.
    """
    highway = tags.get("highway", "")
    if highway not in HIGHWAYS:
        return ()
    rules = ((FOOT, _is_open_on_foot), (EBIKE, _is_open_to_ebikes), (CAR, _is_open_to_cars))
    return tuple(mode for mode, is_open in rules if is_open(highway, tags))


def is_bridge(tags: Tags) -> bool:
    """Whether the way crosses something on a bridge."""
    return tags.get("bridge", "no") not in ("no", "")


class FeatureClass(NamedTuple):
    """What a feature of the base map is drawn as: layer, kind, the first zoom that shows it (0: by its size)."""

    layer: Literal["land", "water", "buildings", "roads", "places"]
    kind: str
    min_zoom: int


_ROAD_ZOOMS = {
    "motorway": 8, "trunk": 8, "primary": 9, "secondary": 10, "tertiary": 11, "residential": 12, "unclassified": 12,
    "living_street": 13, "pedestrian": 14, "road": 13, "service": 14, "busway": 14,
}  # fmt: skip
_PATH_ZOOM = 15


def classify_road(tags: Tags) -> FeatureClass | None:
    """What a road is drawn as: by its highway value; a ramp as the road it belongs to."""
    highway = tags.get("highway", "")
    if highway in HIGHWAYS:
        kind = highway.removesuffix("_link")
        return FeatureClass("roads", kind, _ROAD_ZOOMS.get(kind, _PATH_ZOOM))
    if tags.get("railway") in ("rail", "light_rail") and tags.get("tunnel", "no") == "no" and "service" not in tags:
        return FeatureClass("roads", "railway", 11)
    return None


_WATERWAY_WIDTHS_M = {"river": 16.0, "canal": 10.0, "stream": 2.5, "drain": 2.0, "ditch": 1.5}
_WATERWAY_ZOOMS = {"river": 10, "canal": 11}


def classify_waterway(tags: Tags) -> tuple[FeatureClass, float] | None:
    """What a waterway that is only a line is drawn as, with its width in metres (tagged, else usual for its kind)."""
    kind = tags.get("waterway", "")
    if kind not in _WATERWAY_WIDTHS_M or tags.get("tunnel", "no") != "no":
        return None
    try:
        width_m = min(500.0, max(1.0, float(tags.get("width", "").removesuffix("m"))))
    except ValueError:
        width_m = _WATERWAY_WIDTHS_M[kind]
    drawn_kind = "river" if kind == "river" else "canal"
    return FeatureClass("water", drawn_kind, _WATERWAY_ZOOMS.get(kind, 13)), width_m


_LAND_KINDS: dict[tuple[str, str], str] = {
    ("landuse", "farmland"): "farmland", ("landuse", "farm"): "farmland", ("landuse", "farmyard"): "farmland",
    ("landuse", "forest"): "forest", ("natural", "wood"): "forest", ("natural", "scrub"): "forest",
    ("landuse", "meadow"): "grass", ("landuse", "grass"): "grass", ("landuse", "village_green"): "grass",
    ("landuse", "greenfield"): "grass", ("natural", "grassland"): "grass", ("natural", "heath"): "grass",
    ("natural", "wetland"): "grass", ("leisure", "common"): "grass", ("leisure", "pitch"): "grass",
    ("landuse", "allotments"): "orchard", ("landuse", "orchard"): "orchard", ("landuse", "vineyard"): "orchard",
    ("landuse", "plant_nursery"): "orchard", ("landuse", "greenhouse_horticulture"): "greenhouse",
    ("landuse", "residential"): "residential", ("landuse", "commercial"): "residential",
    ("landuse", "retail"): "residential", ("landuse", "education"): "residential",
    ("landuse", "industrial"): "industrial", ("landuse", "quarry"): "industrial",
    ("landuse", "landfill"): "industrial", ("landuse", "construction"): "industrial",
    ("landuse", "railway"): "industrial", ("landuse", "port"): "industrial", ("landuse", "depot"): "industrial",
    ("man_made", "wastewater_plant"): "industrial", ("landuse", "cemetery"): "cemetery",
    ("amenity", "grave_yard"): "cemetery", ("leisure", "park"): "park", ("leisure", "garden"): "park",
    ("leisure", "playground"): "park", ("leisure", "golf_course"): "park", ("landuse", "recreation_ground"): "park",
}  # fmt: skip
_WATER_KINDS = {
    "river": "river",
    "canal": "canal",
    "ditch": "canal",
    "pond": "pond",
    "basin": "pond",
    "fishpond": "pond",
}


def classify_area(tags: Tags) -> FeatureClass | None:
    """What an area of land, water or a building is drawn as."""
    if tags.get("building", "no") != "no":
        return FeatureClass("buildings", building_kind(tags), 14)
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        water = "river" if tags.get("waterway") == "riverbank" else tags.get("water", "lake")
        return FeatureClass("water", _WATER_KINDS.get(water, "lake"), 0)
    if tags.get("landuse") in ("reservoir", "basin", "aquaculture"):
        return FeatureClass("water", "lake" if tags["landuse"] == "reservoir" else "pond", 0)
    for key in ("landuse", "leisure", "natural", "amenity", "man_made"):
        if kind := _LAND_KINDS.get((key, tags.get(key, ""))):
            return FeatureClass("land", kind, 0)
    return None


_BUILDING_KINDS: dict[str, str] = {
    **dict.fromkeys(("apartments", "residential", "dormitory", "terrace"), "apartments"),
    **dict.fromkeys(("industrial", "factory", "warehouse", "manufacture", "hangar", "works"), "factory"),
    **dict.fromkeys(("school", "kindergarten", "university", "college"), "school"),
    **dict.fromkeys(
        ("public", "civic", "government", "hospital", "church", "temple", "chapel", "mosque", "fire_station",
         "train_station", "transportation", "sports_hall", "stadium", "museum"), "public"),
    **dict.fromkeys(("retail", "commercial", "supermarket", "shop", "office", "hotel", "kiosk", "mall"), "shop"),
}  # fmt: skip
_PUBLIC_AMENITIES = {
    "hospital", "clinic", "townhall", "police", "fire_station", "place_of_worship", "library", "community_centre",
    "courthouse", "post_office", "public_building", "theatre",
}  # fmt: skip
OUTBUILDINGS = frozenset(
    {"garage", "garages", "roof", "shed", "hut", "carport", "barn", "stable", "greenhouse", "service"}
)
"""Buildings nobody lives in and nothing else is known of."""


def building_kind(tags: Tags) -> str:
    """The kind of a building: house, apartments, factory, school, public, shop."""
    amenity = tags.get("amenity", "")
    if amenity in ("school", "kindergarten", "university", "college"):
        return "school"
    if amenity in _PUBLIC_AMENITIES:
        return "public"
    if "shop" in tags or amenity in _FOOD:
        return "shop"
    return _BUILDING_KINDS.get(tags.get("building", ""), "house")


_PLACE_CLASSES: dict[str, tuple[str, int]] = {
    "city": ("town", 7), "town": ("town", 9), "borough": ("town", 9), "suburb": ("village", 11),
    "quarter": ("village", 12), "village": ("village", 11), "neighbourhood": ("hamlet", 13), "hamlet": ("hamlet", 13),
    "isolated_dwelling": ("locality", 14), "farm": ("locality", 14), "locality": ("locality", 14),
}  # fmt: skip


def classify_place(tags: Tags) -> FeatureClass | None:
    """What the name of a place is drawn as; None for a place without a name."""
    kind_and_zoom = _PLACE_CLASSES.get(tags.get("place", ""))
    return FeatureClass("places", *kind_and_zoom) if kind_and_zoom and local_name(tags) else None


_FOOD = {"restaurant", "fast_food", "cafe", "pub", "bar", "biergarten", "food_court"}
_KEY_PLACES: dict[tuple[str, str], str] = {
    ("amenity", "school"): "school", ("amenity", "kindergarten"): "kindergarten", ("amenity", "college"): "school",
    ("amenity", "university"): "school", ("amenity", "hospital"): "hospital", ("amenity", "marketplace"): "market",
    ("amenity", "fuel"): "gas_station", ("amenity", "place_of_worship"): "temple", ("amenity", "nightclub"): "ktv",
    ("amenity", "karaoke_box"): "ktv", ("amenity", "internet_cafe"): "internet_cafe",
    ("amenity", "nursing_home"): "nursing_home", ("amenity", "social_facility"): "nursing_home",
    ("leisure", "swimming_pool"): "swimming_pool", ("leisure", "water_park"): "swimming_pool",
    ("amenity", "bus_station"): "bus_station", ("tourism", "hotel"): "hotel", ("tourism", "guest_house"): "hotel",
    ("tourism", "hostel"): "hotel", ("man_made", "works"): "factory", ("man_made", "wastewater_plant"): "wastewater",
    ("man_made", "water_works"): "water_works", ("power", "plant"): "power_plant", ("railway", "station"): "station",
}  # fmt: skip
_STATIONS: dict[tuple[str, str], str] = {
    ("amenity", "police"): "police", ("amenity", "fire_station"): "fire_station", ("amenity", "clinic"): "clinic",
    ("amenity", "doctors"): "clinic", ("amenity", "townhall"): "town_hall",
    ("amenity", "community_centre"): "service_centre", ("emergency", "ambulance_station"): "ambulance",
}  # fmt: skip


class Site(NamedTuple):
    """A place people go to: its layer (key_place, merchant, station) and kind."""

    layer: Literal["key_place", "merchant", "station"]
    kind: str


def classify_site(tags: Tags) -> Site | None:
    """The place of work or gathering these tags describe, if any."""
    for pair in (
        (key, tags[key])
        for key in ("amenity", "emergency", "tourism", "leisure", "man_made", "power", "railway")
        if key in tags
    ):
        if kind := _STATIONS.get(pair):
            return Site("station", kind)
        if kind := _KEY_PLACES.get(pair):
            return Site("key_place", kind)
    return _merchant(tags)


def _merchant(tags: Tags) -> Site | None:
    amenity = tags.get("amenity", "")
    if amenity in _FOOD:
        return Site("merchant", "restaurant")
    if amenity in ("pharmacy", "bank"):
        return Site("merchant", amenity)
    shop = tags.get("shop", "")
    if not shop or shop in ("no", "vacant"):
        return None
    return Site("merchant", shop if shop in ("supermarket", "convenience", "hairdresser", "car_repair") else "shop")


_THINGS: dict[tuple[str, str], str] = {
    ("emergency", "fire_hydrant"): "hydrant", ("emergency", "defibrillator"): "defibrillator",
    ("emergency", "life_ring"): "life_ring", ("emergency", "siren"): "loudspeaker",
    ("highway", "street_lamp"): "street_lamp", ("man_made", "manhole"): "manhole", ("manhole", "drain"): "manhole",
    ("pipeline", "valve"): "valve",
}  # fmt: skip


def thing_kind(tags: Tags) -> str | None:
    """The kind of a thing of the street: hydrant, defibrillator, life_ring, loudspeaker, street_lamp ..."""
    for key in ("emergency", "highway", "man_made", "manhole", "pipeline"):
        if kind := _THINGS.get((key, tags.get(key, ""))):
            return kind
    return None


class View(NamedTuple):
    """What a camera sees: its heading (degrees, north 0, clockwise), opening in degrees, range in metres."""

    heading_deg: float
    fov_deg: float
    range_m: float


_COMPASS = {
    name: 22.5 * i
    for i, name in enumerate(
        ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
    )
}


def camera_view(tags: Tags) -> View | None:
    """What the camera sees, when these tags describe one; all round when no direction is tagged."""
    if tags.get("man_made") != "surveillance" or tags.get("surveillance:type", "camera") != "camera":
        return None
    direction = (_first_value(tags, "camera:direction", "direction") or "").strip().upper()
    if direction in _COMPASS:
        return View(_COMPASS[direction], 70.0, 60.0)
    try:
        return View(float(direction) % 360, 70.0, 60.0)
    except ValueError:
        return View(0.0, 360.0, 40.0)
