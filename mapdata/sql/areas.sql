-- area_by_id -- one area with the bounds of its map and the outline of its grids, drawn to a few metres
select area_id, name, case_prefix, is_demo, is_served, srid_m, attribution, map_approval_no, map_version,
       st_x(centre) as centre_lon, st_y(centre) as centre_lat,
       st_xmin(extent) as west, st_ymin(extent) as south, st_xmax(extent) as east, st_ymax(extent) as north,
       -- 0.00003 degrees are 3 m and five decimals 1 m: the outline only bounds what every page draws dark around it
       (select st_asgeojson(st_simplifypreservetopology(st_union(geom), 0.00003), 5)::json from division
        where division.area_id = area.area_id and level = 'grid' and valid_to is null) as outline
from area where area_id = %(area_id)s;

-- area_served -- the area chosen to be served, otherwise the oldest one
select area_id from area order by is_served desc, created_at limit 1;

-- areas -- every area of this database
select area_id, name, is_demo, is_served, attribution, created_at from area order by area_id;

-- serve_no_other -- the area served so far is served no longer; first, since only one may be
update area set is_served = false where is_served and area_id <> %(area_id)s;

-- serve_area -- choose the area that is served when no setting names one
update area set is_served = true where area_id = %(area_id)s and not is_served;

-- upsert_area -- make an area or change its description; raises the version of its map
insert into area (area_id, name, case_prefix, is_demo, srid_m, centre, extent, attribution, created_at)
values (%(area_id)s, %(name)s, %(case_prefix)s, %(is_demo)s, %(srid_m)s,
        st_setsrid(st_makepoint(%(centre_lon)s, %(centre_lat)s), 4326),
        st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), %(attribution)s, %(at)s)
on conflict (area_id) do update set name = excluded.name, case_prefix = excluded.case_prefix,
    is_demo = excluded.is_demo, srid_m = excluded.srid_m, centre = excluded.centre, extent = excluded.extent,
    attribution = excluded.attribution, map_version = area.map_version + 1;

-- analyse_ground -- collect statistics on what was written in bulk at once, so that its first queries are planned well
select count_ground_v1();
