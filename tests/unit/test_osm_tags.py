"""What the tags of a map mean: who may go where, what is drawn, what is listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from towns.osm.tags import (
    HIGHWAYS,
    allowed_modes,
    camera_view,
    classify_area,
    classify_place,
    classify_road,
    classify_site,
    classify_waterway,
    is_bridge,
    local_name,
    thing_kind,
)

ALL = ("foot", "ebike", "car")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, ALL),
        ({"highway": "motorway"}, ("car",)),
        ({"highway": "trunk_link"}, ("car",)),
        ({"highway": "trunk", "foot": "yes", "bicycle": "yes"}, ALL),
        ({"highway": "footway"}, ("foot", "ebike")),
        ({"highway": "footway", "bicycle": "no"}, ("foot",)),
        ({"highway": "steps"}, ("foot",)),
        ({"highway": "cycleway", "foot": "no"}, ("ebike",)),
        ({"highway": "service", "access": "private"}, ALL),
        ({"highway": "service", "access": "no"}, ()),
        ({"highway": "service", "access": "no", "foot": "yes"}, ("foot",)),
        ({"highway": "primary", "bicycle": "use_sidepath"}, ("foot", "car")),
        ({"highway": "track"}, ("foot", "ebike")),
        ({"highway": "track", "tracktype": "grade1"}, ALL),
        ({"highway": "unclassified", "motor_vehicle": "agricultural"}, ("foot", "ebike")),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, ALL),
        ({"highway": "proposed"}, ()),
        ({"waterway": "river"}, ()),
    ],
)
def test_who_may_go_where(tags, expected):
    assert allowed_modes(tags) == expected


@given(
    st.sampled_from(sorted(HIGHWAYS)),
    st.dictionaries(
        st.sampled_from(["access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar", "tracktype"]),
        st.sampled_from(["yes", "no", "private", "designated", "grade1", "grade5", "dismount", "odd"]),
    ),
)
def test_a_closed_road_is_open_only_to_whom_a_tag_names(highway, said):
    found = allowed_modes({"highway": highway, **said})
    assert set(found) <= set(ALL)
    if said == {"access": "no"}:
        assert not found
    if said.get("foot") == "no":
        assert "foot" not in found
    if highway == "steps":
        assert not {"ebike", "car"} & set(found)
    if highway.startswith("motorway") and not {"foot", "bicycle"} & set(said):
        assert set(found) <= {"car"}


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=6))
def test_odd_tags_mean_nothing_and_break_nothing(tags):
    for read_tags in (
        classify_road,
        classify_waterway,
        classify_area,
        classify_place,
        classify_site,
        thing_kind,
        camera_view,
        is_bridge,
        local_name,
    ):
        read_tags(tags)


def test_a_name_is_chinese_where_there_is_one():
    assert local_name({"name": "Nanjing Road", "name:zh": "南京路"}) == "南京路"
    assert local_name({"name": "Hauptstraße", "name:en": "Main Street"}) == "Hauptstraße"
    assert local_name({"highway": "primary", "ref": "B 85"}) == "B 85"
    assert local_name({"building": "yes", "ref": "B 85"}) == ""


@pytest.mark.parametrize(
    ("tags", "layer", "kind"),
    [
        ({"building": "yes"}, "buildings", "house"),
        ({"building": "yes", "amenity": "school"}, "buildings", "school"),
        ({"building": "warehouse"}, "buildings", "factory"),
        ({"building": "no", "landuse": "forest"}, "land", "forest"),
        ({"natural": "water", "water": "pond"}, "water", "pond"),
        ({"natural": "water"}, "water", "lake"),
        ({"waterway": "riverbank"}, "water", "river"),
        ({"landuse": "greenhouse_horticulture"}, "land", "greenhouse"),
        ({"leisure": "park"}, "land", "park"),
    ],
)
def test_what_an_area_is_drawn_as(tags, layer, kind):
    drawn_as = classify_area(tags)
    assert drawn_as is not None
    assert (drawn_as.layer, drawn_as.kind) == (layer, kind)


def test_a_ramp_is_drawn_as_its_road_and_a_path_later_than_a_street():
    ramp, street, path = (classify_road({"highway": kind}) for kind in ("primary_link", "residential", "path"))
    assert ramp is not None
    assert street is not None
    assert path is not None
    assert ramp.kind == "primary"
    assert ramp.min_zoom < street.min_zoom < path.min_zoom


def test_a_waterway_has_its_tagged_width_and_none_under_ground():
    found = classify_waterway({"waterway": "canal", "width": "22 m"})
    assert found is not None
    assert found[1] == 22.0
    assert classify_waterway({"waterway": "stream", "width": "wide"})[1] == 2.5
    assert classify_waterway({"waterway": "drain", "tunnel": "culvert"}) is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "police"}, ("station", "police")),
        ({"amenity": "hospital"}, ("key_place", "hospital")),
        ({"amenity": "clinic"}, ("station", "clinic")),
        ({"amenity": "pharmacy"}, ("merchant", "pharmacy")),
        ({"shop": "supermarket"}, ("merchant", "supermarket")),
        ({"shop": "books"}, ("merchant", "shop")),
        ({"shop": "vacant"}, None),
        ({"amenity": "bench"}, None),
    ],
)
def test_what_is_listed_as_a_place(tags, expected):
    assert classify_site(tags) == expected


def test_a_camera_looks_where_it_is_tagged_to_look():
    base = {"man_made": "surveillance"}
    assert camera_view(base | {"camera:direction": "NE"})[:2] == (45.0, 70.0)
    assert camera_view(base | {"direction": "370"})[0] == 10.0
    assert camera_view(base | {"direction": "somewhere"})[1] == 360.0
    assert camera_view(base | {"surveillance:type": "guard"}) is None
