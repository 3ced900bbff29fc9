-- where_is_point -- grid, micro-grid and village of a point, the grid beside it, the nearest address, how far outside
select point.lon, point.lat, grid.grid_code, grid.grid_name, grid.village_code, grid.village_name,
       grid.micro_grid_code, grid.neighbour_code, grid.neighbour_name, grid.neighbour_village_name,
       coalesce(address.full_text, '') as address_text,
       -- the town is measured only for a point of no grid, which is rare; null where the area has no town
       case when grid.grid_code is not null then grid.distance_m else (
           select min(metres_to_shape_v1(town.geom, point.geom)) from division town
           where town.area_id = %(area_id)s and town.valid_to is null and town.level = 'town') end as outside_m
from (
    select %(lon)s::float8 as lon, %(lat)s::float8 as lat, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) as geom
) point
left join lateral grid_of_point_v1(%(area_id)s, point.geom, %(tolerance_m)s) grid on true
left join lateral (
    -- Degrees are shorter eastwards than northwards, so the order of the index is not that of metres: the nearest
    -- twelve in degrees are measured.
    select near.full_text from (
        select address_id, full_text, geom from address
        where area_id = %(area_id)s and level = 'building' order by geom <-> point.geom limit 12
    ) near
    where metres_between_v1(st_x(near.geom), st_y(near.geom), point.lon, point.lat) <= %(address_within_m)s
    order by metres_between_v1(st_x(near.geom), st_y(near.geom), point.lon, point.lat), near.address_id limit 1
) address on true;
