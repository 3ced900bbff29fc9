-- nearest_address -- the building address nearest to a point, with its distance in metres
-- Degrees are shorter eastwards than northwards, so the order of the index is not that of metres: the nearest twelve in
-- degrees are measured.
with near as materialized (
    select address_id, level, full_text, grid_code, micro_grid_code, geom
    from address
    where area_id = %(area_id)s and level = 'building'
    order by geom <-> st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)
    limit 12
)
select address_id, level, full_text, grid_code, micro_grid_code, st_x(geom) as lon, st_y(geom) as lat,
       st_distance(geom::geography, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)::geography) as distance_m
from near
order by distance_m, address_id
limit 1;

-- division_names -- names an address may begin with: town, villages, grids
select code, name, level from division
where area_id = %(area_id)s and level in ('town', 'village', 'grid') and valid_to is null;

-- addresses_ending -- addresses whose text ends so, in one village where one is named; the shortest first
select address_id, level, full_text, grid_code, micro_grid_code, st_x(geom) as lon, st_y(geom) as lat
from address
where area_id = %(area_id)s and grid_code like %(village)s || '%%' and full_text like '%%' || %(ending)s
order by length(full_text), address_id
limit %(most)s;
