-- clear_roads -- take out an area's road network before it is written anew
with edges as (delete from road_edge where area_id = %(area_id)s returning edge_id)
select count(*) as edges from edges;

-- clear_nodes -- take out the junctions, after the edges
delete from road_node where area_id = %(area_id)s;

-- clear_base_map -- take out an area's base map
delete from base_feature where area_id = %(area_id)s;

-- clear_places -- take out the places of an area
delete from place where area_id = %(area_id)s;

-- clear_things -- take out the things of an area
delete from thing where area_id = %(area_id)s;

-- clear_cameras -- take out the cameras of an area
delete from camera where area_id = %(area_id)s;

-- area_exists -- whether there is such an area, and whether it is an invented one
select is_demo, created_at from area where area_id = %(area_id)s;

-- fill_place_grids -- write the grid each place lies in, by the grids in force
update place set grid_code = (
    select grid.grid_code from grid_of_point_v1(%(area_id)s, place.geom, %(tolerance_m)s) grid)
where area_id = %(area_id)s;

-- fill_thing_grids -- write the grid each thing lies in, by the grids in force
update thing set grid_code = (
    select grid.grid_code from grid_of_point_v1(%(area_id)s, thing.geom, %(tolerance_m)s) grid)
where area_id = %(area_id)s;

-- fill_camera_grids -- write the grid each camera lies in, by the grids in force
update camera set grid_code = (
    select grid.grid_code from grid_of_point_v1(%(area_id)s, camera.geom, %(tolerance_m)s) grid)
where area_id = %(area_id)s;

-- fill_address_grids -- write the grid and micro-grid of each address anew where a grid in force holds it
-- Elsewhere the old code stays, since an address must have one; and a town without micro-grids has none to name.
update address set grid_code = located.grid_code, micro_grid_code = coalesce(located.micro_grid_code, '')
from (
    -- from the side of the grids, ten times as fast for a hundred thousand addresses as asking grid_of_point_v1 for each;
    -- on a common side the lesser code, as there
    select distinct on (a.address_id) a.address_id, g.code as grid_code, m.code as micro_grid_code
    from address a
    join division g on g.area_id = a.area_id and g.level = 'grid' and g.valid_to is null
        and st_intersects(g.geom, a.geom)
    left join division m on m.area_id = a.area_id and m.level = 'micro_grid' and m.valid_to is null
        and m.parent_code = g.code and st_intersects(m.geom, a.geom)
    where a.area_id = %(area_id)s
    order by a.address_id, g.code, m.code
) located
where address.area_id = %(area_id)s and address.address_id = located.address_id;

-- move_workers_to_present_grids -- give each worker whose grid is no longer in force the one where the old one's name stood
-- The point of the name and not the most common ground: one grid that was split would have no clear heir. A code may have
-- been in force more than once; its last time counts.
update worker set grid_code = (
    select now.code
    from division old
    join division now on now.area_id = old.area_id and now.level = 'grid' and now.valid_to is null
    where old.area_id = %(area_id)s and old.code = worker.grid_code
    order by old.valid_from desc, st_distance(now.geom, old.label), now.code limit 1)
where area_id = %(area_id)s and grid_code is not null and not exists (
    select from division d where d.area_id = %(area_id)s and d.code = worker.grid_code and d.valid_to is null);

-- count_workers -- how many workers an area has
select count(*) as n from worker where area_id = %(area_id)s;

-- count_grids -- how many grids are in force
select count(*) as n from division where area_id = %(area_id)s and level = 'grid' and valid_to is null;

-- grid_codes -- the grids in force, in the order of their codes
select code from division where area_id = %(area_id)s and level = 'grid' and valid_to is null order by code;

-- add_department -- add a department the area does not have yet
insert into department (area_id, code, name, kind) values (%(area_id)s, %(code)s, %(name)s, %(kind)s)
on conflict (area_id, code) do nothing;
