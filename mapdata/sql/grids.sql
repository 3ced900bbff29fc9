-- grid_of_point -- the grid, village and micro-grid a point lies in, or the nearest one within the tolerance
with point as (
    select st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) as geom
), near as (
    -- Grids and micro-grids in one look at the index; the box is in degrees because the index is. On a common side a
    -- point is covered by both neighbours, and the order by code below gives it to the same one each time.
    select d.code, d.name, d.parent_code, d.level,
           case when st_covers(d.geom, point.geom) then 0.0
                else st_distance(d.geom::geography, point.geom::geography) end as distance_m
    from division d, point
    where d.area_id = %(area_id)s and d.valid_to is null and d.level in ('grid', 'micro_grid')
      and d.geom && st_expand(point.geom, %(reach_deg)s)
), grid as (
    select * from near where level = 'grid' and distance_m <= %(tolerance_m)s order by distance_m, code limit 1
)
select grid.code as grid_code, grid.name as grid_name, grid.distance_m,
       village.code as village_code, village.name as village_name,
       -- only inside the grid chosen: nearer micro-grids of the neighbour do not count
       (select micro.code from near micro
        where micro.level = 'micro_grid' and micro.parent_code = grid.code
        order by micro.distance_m, micro.code limit 1) as micro_grid_code
from grid
left join division village on village.area_id = %(area_id)s and village.code = grid.parent_code
    and village.level = 'village' and village.valid_to is null;

-- distance_to_town -- metres from a point to the nearest town of the area; null when the area has none
select min(st_distance(d.geom::geography, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)::geography)) as distance_m
from division d
where d.area_id = %(area_id)s and d.valid_to is null and d.level = 'town';

-- grid_shapes -- every present grid with its village and its outline as GeoJSON
select d.code, d.name, d.kind, d.households, d.parent_code as village_code, village.name as village_name,
       st_x(d.label) as label_lon, st_y(d.label) as label_lat, st_asgeojson(d.geom, 6)::json as outline
from division d
left join division village on village.area_id = d.area_id and village.code = d.parent_code
    and village.level = 'village' and village.valid_to is null
where d.area_id = %(area_id)s and d.level = 'grid' and d.valid_to is null
order by d.code;

-- count_grids -- how many grids the area has
select count(*) as grids from division where area_id = %(area_id)s and level = 'grid' and valid_to is null;
