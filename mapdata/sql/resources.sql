-- people_around -- residents whose address lies in the circle: those wanted first, then the nearest
-- Addresses are few and have a place, people are many and have none: first the addresses of the box, then whoever lives
-- there. Names and phones are read last, only for the rows that are given out.
with near as materialized (
    select address_id, distance_m
    from (
        select address_id, metres_to_v1(geom, %(lon)s, %(lat)s) as distance_m
        from address
        where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    ) boxed
    where distance_m <= %(radius_m)s
), living as materialized (
    select p.person_id, p.address_id, n.distance_m, p.residence = 'floating' as is_floating,
        p.born_on <= %(old_if_born_by)s or p.born_on > %(child_if_born_after)s as is_vulnerable,
        k.kind as key_kind, k.attention as key_attention
    from near n
    -- One look-up an address, in an index that holds these columns; without the fence the planner reads every person
    -- of the town.
    cross join lateral (
        select person_id, address_id, residence, born_on from person
        where area_id = %(area_id)s and address_id = n.address_id offset 0
    ) p
    left join key_person k on k.area_id = %(area_id)s and k.person_id = p.person_id
), counted as (
    select count(*) as total, count(*) filter (where is_floating) as floating, count(key_kind) as key_people,
        count(*) filter (where is_vulnerable) as vulnerable
    from living
), ranked as (
    select * from living
    order by (%(show_key)s and key_kind is not null) desc, (%(vulnerable_first)s and is_vulnerable) desc,
        distance_m, person_id
    limit %(limit)s
)
select r.person_id, r.distance_m, r.is_vulnerable, r.key_kind, r.key_attention, c.*, p.name, p.phone, p.residence,
    extract(year from age(%(today)s::date, p.born_on))::integer as age,
    -- a person's address may be a room or a stairway: two steps up is the building, which is all that is shown
    coalesce(grand.full_text, parent.full_text, a.full_text) as building_text,
    st_x(a.geom) as lon, st_y(a.geom) as lat
from ranked r
cross join counted c
join person p on p.area_id = %(area_id)s and p.person_id = r.person_id
join address a on a.area_id = %(area_id)s and a.address_id = r.address_id
left join address parent on parent.area_id = %(area_id)s and parent.address_id = a.parent_id
left join address grand on grand.area_id = %(area_id)s and grand.address_id = parent.parent_id
order by (%(show_key)s and r.key_kind is not null) desc, (%(vulnerable_first)s and r.is_vulnerable) desc,
    r.distance_m, r.person_id;

-- places_around -- key places, merchants and stations in the circle: kinds wanted first, then the nearest
select place_id as id, layer, kind, name, address_text, phone, in_charge, check_every_days, last_checked_on,
    st_x(geom) as lon, st_y(geom) as lat, distance_m, count(*) over () as total
from (
    select *, metres_to_v1(geom, %(lon)s, %(lat)s) as distance_m
    from place
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
) boxed
where distance_m <= %(radius_m)s
order by kind = any(%(first)s) desc, distance_m, place_id
limit %(limit)s;

-- rentals_around -- rental houses in the circle, the most hazardous grade first
with near as materialized (
    select address_id, full_text, st_x(geom) as lon, st_y(geom) as lat,
        metres_to_v1(geom, %(lon)s, %(lat)s) as distance_m
    from address
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
)
select r.house_id as id, r.purpose, r.grade, r.hazard, r.tenants, n.full_text as address_text, h.storeys,
    n.lon, n.lat, n.distance_m, count(*) over () as total
from near n
join house h on h.area_id = %(area_id)s and h.address_id = n.address_id
join rental_house r on r.area_id = %(area_id)s and r.house_id = h.house_id
where n.distance_m <= %(radius_m)s
order by array_position(array['red', 'yellow', 'green'], r.grade), n.distance_m, r.house_id
limit %(limit)s;

-- things_around -- things of the street in the circle: kinds wanted first, then the nearest
select thing_id as id, kind, code, name, state, st_x(geom) as lon, st_y(geom) as lat, distance_m,
    count(*) over () as total
from (
    select *, metres_to_v1(geom, %(lon)s, %(lat)s) as distance_m
    from thing
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
) boxed
where distance_m <= %(radius_m)s
-- a hydrant out of order helps nobody, but that there is one nearby may still be asked
order by kind = any(%(first)s) and state = 'ok' desc, kind = any(%(first)s) desc, distance_m, thing_id
limit %(limit)s;

-- cameras_around -- every camera in the box with its sector
select camera_id as id, name, gb28181_id, heading_deg, fov_deg, range_m, state, stream_url,
    st_x(geom) as lon, st_y(geom) as lat,
    metres_to_v1(geom, %(lon)s, %(lat)s) as distance_m,
    degrees(st_azimuth(geom::geography, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)::geography)) as bearing_deg
from camera
where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
order by distance_m, camera_id;
