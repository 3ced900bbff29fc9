-- One function for metres, and one for the grid of a point.

-- Metres between two points (degrees, EPSG:4326), on the plane that touches the WGS-84 ellipsoid half-way between them:
-- the formula of mapdata/plane.py, within 0.001 % of the geodesic for 20 km. It takes half the time of
-- st_distance(geography), and the planner, who holds that one for very dear, starts no second process for a few thousand
-- rows. Source: docs/domain.md, "Metres".
create function metres_between_v1(p_lon double precision, p_lat double precision,
                                  p_other_lon double precision, p_other_lat double precision)
returns double precision language sql immutable parallel safe as $$
    -- The cosine of the latitudes' sum is that of twice the latitude half-way. It is written out three times because a
    -- function of one expression is copied into the statement that calls it, and one with variables is not.
    select 6378137.0 * sqrt((
        power(radians(p_other_lon - p_lon), 2) * (1 + cos(radians(p_lat + p_other_lat))) / 2
        + power(radians(p_other_lat - p_lat) * (1 - 6.69437999014e-3)
            / (1 - 6.69437999014e-3 * (1 - cos(radians(p_lat + p_other_lat))) / 2), 2)
        ) / (1 - 6.69437999014e-3 * (1 - cos(radians(p_lat + p_other_lat))) / 2))
$$;

-- Metres from a point to the nearest of a line or an area (EPSG:4326), 0 inside it: exact, and dear. For a few shapes.
create function metres_to_shape_v1(p_shape geometry, p_point geometry)
returns double precision language sql immutable parallel safe as $$
    select st_distance(p_shape::geography, p_point::geography)
$$;

-- The grid in force a point (EPSG:4326) belongs to: the one it lies in, or the nearest within the tolerance; no row
-- when there is none. Beside it the neighbour, the next one within the tolerance. Only distance and code decide, so on a
-- common side the same grid is the owner each time, whatever the order of the rows.
create function grid_of_point_v1(p_area_id integer, p_point geometry, p_tolerance_m double precision)
returns table (grid_code text, grid_name text, village_code text, village_name text, micro_grid_code text,
               distance_m double precision, neighbour_code text, neighbour_name text, neighbour_village_name text)
language sql stable as $$
    with near as materialized (
        -- Grids and micro-grids in one look at the index. Each outline is unpacked once for its distance in degrees, and
        -- only those so near are measured; 0.00004 degrees are over a metre up to 75 degrees of latitude.
        select d.code, d.name, d.parent_code, d.level,
               case when away.deg = 0 then 0.0
                    when away.deg <= p_tolerance_m * 0.00004 then metres_to_shape_v1(d.geom, p_point) end as distance_m
        from division d cross join lateral (select st_distance(d.geom, p_point) as deg offset 0) away
        where d.area_id = p_area_id and d.valid_to is null and d.level in ('grid', 'micro_grid')
          and d.geom && st_expand(p_point, p_tolerance_m * 0.00004)
    ), owner as (
        select *, row_number() over (order by distance_m, code) as place
        from near where level = 'grid' and distance_m <= p_tolerance_m
    )
    select grid.code, grid.name, village.code, village.name,
           -- only of the grid chosen: nearer micro-grids of the neighbour do not count
           (select micro.code from near micro
            where micro.level = 'micro_grid' and micro.parent_code = grid.code
            order by micro.distance_m, micro.code limit 1),
           grid.distance_m, neighbour.code, neighbour.name, beside.name
    from owner grid
    left join division village on village.area_id = p_area_id and village.code = grid.parent_code
        and village.level = 'village' and village.valid_to is null
    left join owner neighbour on neighbour.place = 2
    left join division beside on beside.area_id = p_area_id and beside.code = neighbour.parent_code
        and beside.level = 'village' and beside.valid_to is null
    where grid.place = 1
$$;

drop function metres_to_v1(geometry, double precision, double precision);
