-- workers_of -- every worker of the area: number, role, home grid
select worker_id, role, grid_code from worker where area_id = %(area_id)s and is_active order by worker_id;

-- grid_codes -- the grids in force, in the order of their codes
select code from division where area_id = %(area_id)s and level = 'grid' and valid_to is null order by code;

-- departments_of -- the departments the area has
select code from department where area_id = %(area_id)s order by code;

-- homes -- addresses where people may live: dwellings and dormitories; in a town without houses any address
select a.address_id from address a
where a.area_id = %(area_id)s
  and (not exists (select from house h where h.area_id = %(area_id)s)
       or exists (select from house h where h.area_id = %(area_id)s and h.address_id = a.address_id
                  and h.use in ('dwelling', 'dormitory')))
order by a.address_id;

-- residents_of -- how many residents the area has, the highest number, and the identity numbers that are taken
select count(*) as count, coalesce(max(person_id), 0) as last_id, coalesce(array_agg(id_no), '{}') as id_nos
from person where area_id = %(area_id)s;

-- road_points -- a point in the middle of every road people walk on, and the grid in force it lies in
select st_x(p.middle) as lon, st_y(p.middle) as lat, d.code as grid_code
from (select edge_id, st_lineinterpolatepoint(geom, 0.5) as middle from road_edge
      where area_id = %(area_id)s and 'foot' = any(modes)) p
left join lateral (
    select code from division where area_id = %(area_id)s and level = 'grid' and valid_to is null
    and st_intersects(geom, p.middle) order by code limit 1) d on true
order by p.edge_id;

-- open_duties -- who is on duty already
select worker_id from duty where area_id = %(area_id)s and ended_at is null;

-- open_assignments -- who is sent to a case already
select worker_id from assignment where area_id = %(area_id)s and ended_at is null;

-- case_places -- where cases may lie: the town's buildings
select st_x(geom) as lon, st_y(geom) as lat, grid_code, full_text from address
where area_id = %(area_id)s and level = 'building' order by address_id;

-- take_case_numbers -- so many of the day's case numbers; the last of them
insert into case_counter (area_id, day, last_number) values (%(area_id)s, %(day)s, %(count)s)
on conflict (area_id, day) do update set last_number = case_counter.last_number + excluded.last_number
returning last_number;
