-- road_lines -- every road with its kind and name, in the area's plane in metres
select kind, name, st_asbinary(st_transform(geom, %(srid_m)s)) as line
from road_edge where area_id = %(area_id)s;

-- homes -- where people live: each dwelling's centre in the area's plane, its footprint in square metres and kind
-- Sheds and garages, which are drawn from zoom 15 on, are nobody's home.
select st_x(c.point) as x, st_y(c.point) as y, st_area(st_transform(geom, %(srid_m)s)) as area_m2, kind
from base_feature, lateral (select st_transform(st_centroid(geom), %(srid_m)s) as point) c
where area_id = %(area_id)s and layer = 'buildings' and kind in ('house', 'apartments') and min_zoom < 15;

-- place_names -- names of places, the greater first, in the area's plane
select name, kind, st_x(c.point) as x, st_y(c.point) as y
from base_feature, lateral (select st_transform(geom, %(srid_m)s) as point) c
where area_id = %(area_id)s and layer = 'places' and kind in ('town', 'village', 'hamlet', 'locality') and name <> ''
-- a town's own name is no good name for one of its villages, so it comes late
order by array_position(array['village', 'hamlet', 'town', 'locality'], kind), feature_id;

-- lock_divisions -- let only one at a time change an area's divisions; two at once would both end the same old ones and
-- put both of theirs in force
select pg_advisory_xact_lock(hashtext('division'), %(area_id)s);

-- towns_replaced -- towns in force that the new ones replace: the same code, or mostly the same ground
select code from division
where area_id = %(area_id)s and level = 'town' and valid_to is null and (
    code = any(%(towns)s)
    or st_area(st_intersection(geom, st_geomfromwkb(%(outline)s, 4326))) > 0.5 * st_area(geom));

-- drop_divisions_begun_today -- take back what came into force only today: it never was in force for a day
delete from division
where area_id = %(area_id)s and left(code, 9) = any(%(towns)s) and valid_to is null and valid_from >= %(day)s;

-- end_divisions -- end what is in force, keeping it as history
update division set valid_to = %(day)s
where area_id = %(area_id)s and left(code, 9) = any(%(towns)s) and valid_to is null;

-- drop_divisions_ended_on_first_day -- make room where a division of the same code was both begun and ended today
delete from division
where area_id = %(area_id)s and left(code, 9) = any(%(towns)s) and valid_from = %(day)s and valid_to is not null;

-- names_in_force -- names of divisions in force, for those whose new version has none
select code, name from division where area_id = %(area_id)s and valid_to is null and level in ('town', 'village');

-- division_borders -- borders of the divisions in force of a level, in the area's plane
select st_asbinary(st_transform(st_boundary(geom), %(srid_m)s)) as line
from division where area_id = %(area_id)s and level = %(level)s and valid_to is null;

-- greater_roads -- roads that grids usually end at, in the area's plane
select st_asbinary(st_transform(geom, %(srid_m)s)) as line
from road_edge
where area_id = %(area_id)s
  and kind in ('motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'unclassified', 'residential', 'living_street');

-- raise_map_version -- a new version in the address of the tiles makes browsers and centres read the ground again
update area set map_version = map_version + 1 where area_id = %(area_id)s;
