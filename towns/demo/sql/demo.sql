-- demo_state -- whether the area is there, is a demo, and has cases or tracks
select area.name, area.is_demo,
       exists (select from incident where incident.area_id = area.area_id)
       or exists (select from duty where duty.area_id = area.area_id) as has_history
from area where area.area_id = %(area_id)s for update;

-- clear_00_claims -- remove the claims on the demo's need lists
delete from need_claim where area_id = %(area_id)s;

-- clear_00_needs -- remove the demo's need lists
delete from need where area_id = %(area_id)s;

-- clear_00_units -- remove the demo's units
delete from district_unit where area_id = %(area_id)s;

-- clear_01 -- remove the demo's key persons
delete from key_person where area_id = %(area_id)s;

-- clear_02 -- remove the demo's floating residents
delete from floating_resident where area_id = %(area_id)s;

-- clear_03 -- remove the demo's rented houses
delete from rental_house where area_id = %(area_id)s;

-- clear_04 -- remove the demo's houses
delete from house where area_id = %(area_id)s;

-- clear_05 -- remove the demo's persons
delete from person where area_id = %(area_id)s;

-- clear_06 -- remove the demo's addresses
delete from address where area_id = %(area_id)s;

-- clear_07 -- remove the demo's places
delete from place where area_id = %(area_id)s;

-- clear_08 -- remove the demo's things
delete from thing where area_id = %(area_id)s;

-- clear_09 -- remove the demo's cameras
delete from camera where area_id = %(area_id)s;

-- clear_10 -- remove the demo's workers
delete from worker where area_id = %(area_id)s;

-- clear_11 -- remove the demo's departments
delete from department where area_id = %(area_id)s;

-- clear_12 -- remove the demo's base map
delete from base_feature where area_id = %(area_id)s;

-- clear_13 -- remove the demo's roads
delete from road_edge where area_id = %(area_id)s;

-- clear_14 -- remove the demo's junctions
delete from road_node where area_id = %(area_id)s;

-- clear_15 -- remove the demo's divisions
delete from division where area_id = %(area_id)s;

-- clear_17 -- remove the demo's items of law
delete from competence_item where area_id = %(area_id)s;

-- clear_16 -- remove whom the demo's notices go to
delete from contact where area_id = %(area_id)s;
