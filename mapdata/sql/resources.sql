-- people_around -- residents whose address lies in the circle: those wanted first, then the nearest
with near as materialized (
    select address_id, parent_id, level, full_text, geom, distance_m
    from (
        select address_id, parent_id, level, full_text, geom,
            st_distancesphere(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as distance_m
        from address
        where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    ) boxed
    where distance_m <= %(radius_m)s
), resident as (
    select p.person_id, p.name, p.phone, p.gender, p.residence, n.address_id, n.distance_m,
        extract(year from age(%(today)s::date, p.born_on))::integer as age,
        k.kind as key_kind, k.attention as key_attention
    from near n
    join person p on p.area_id = %(area_id)s and p.address_id = n.address_id
    left join key_person k on k.area_id = p.area_id and k.person_id = p.person_id
), ranked as (
    select *, count(*) over () as total,
        count(*) filter (where residence = 'floating') over () as floating,
        count(key_kind) over () as key_people,
        count(*) filter (where age >= %(old_from)s or age < %(child_below)s) over () as vulnerable
    from resident
    order by (%(show_key)s and key_kind is not null) desc,
        (%(vulnerable_first)s and (age >= %(old_from)s or age < %(child_below)s)) desc, distance_m, person_id
    limit %(limit)s
)
select r.*, coalesce(grand.full_text, parent.full_text, n.full_text) as building_text,
    st_x(n.geom) as lon, st_y(n.geom) as lat
from ranked r
join near n using (address_id)
left join address parent on parent.area_id = %(area_id)s and parent.address_id = n.parent_id
left join address grand on grand.area_id = %(area_id)s and grand.address_id = parent.parent_id
order by (%(show_key)s and key_kind is not null) desc,
    (%(vulnerable_first)s and (age >= %(old_from)s or age < %(child_below)s)) desc, r.distance_m, person_id;

-- places_around -- key places, merchants and stations in the circle: kinds wanted first, then the nearest
select place_id as id, layer, kind, name, address_text, phone, in_charge, check_every_days, last_checked_on,
    st_x(geom) as lon, st_y(geom) as lat, distance_m, count(*) over () as total
from (
    select *, st_distancesphere(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as distance_m
    from place
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
) boxed
where distance_m <= %(radius_m)s
order by kind = any(%(first)s) desc, distance_m, place_id
limit %(limit)s;

-- rentals_around -- rental houses in the circle, the most hazardous grade first
select r.house_id as id, r.purpose, r.grade, r.hazard, r.tenants, a.full_text as address_text, h.storeys,
    st_x(a.geom) as lon, st_y(a.geom) as lat, a.distance_m, count(*) over () as total
from (
    select address_id, full_text, geom,
        st_distancesphere(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as distance_m
    from address
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
) a
join house h on h.area_id = %(area_id)s and h.address_id = a.address_id
join rental_house r on r.area_id = h.area_id and r.house_id = h.house_id
where a.distance_m <= %(radius_m)s
order by array_position(array['red', 'yellow', 'green'], r.grade), a.distance_m, r.house_id
limit %(limit)s;

-- things_around -- things of the street in the circle: kinds wanted first, then the nearest
select thing_id as id, kind, code, name, state, st_x(geom) as lon, st_y(geom) as lat, distance_m,
    count(*) over () as total
from (
    select *, st_distancesphere(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as distance_m
    from thing
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
) boxed
where distance_m <= %(radius_m)s
order by kind = any(%(first)s) and state = 'ok' desc, kind = any(%(first)s) desc, distance_m, thing_id
limit %(limit)s;

-- cameras_around -- every camera in the box with its sector
select camera_id as id, name, gb28181_id, heading_deg, fov_deg, range_m, state, stream_url,
    st_x(geom) as lon, st_y(geom) as lat,
    st_distancesphere(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as distance_m,
    degrees(st_azimuth(geom::geography, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)::geography)) as bearing_deg
from camera
where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
order by distance_m, camera_id;
