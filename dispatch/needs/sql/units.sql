-- units -- the units of the district, or one of them
select u.unit_code, u.name, u.kind, u.village_code, v.name as village_name, u.department_code,
       u.contact_name, u.contact_phone, st_x(u.geom) as lon, st_y(u.geom) as lat
from district_unit u
left join division v on v.area_id = u.area_id and v.code = u.village_code and v.valid_to is null
where u.area_id = %(area_id)s and (%(unit_code)s::text is null or u.unit_code = %(unit_code)s::text)
order by u.kind <> 'community', u.village_code nulls first, u.unit_code;

-- write_unit -- a unit as it is now
insert into district_unit (area_id, unit_code, name, kind, village_code, department_code, contact_name,
    contact_phone, geom)
values (%(area_id)s, %(unit_code)s, %(name)s, %(kind)s, %(village_code)s, %(department_code)s, %(contact_name)s,
    %(contact_phone)s, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326))
on conflict (area_id, unit_code) do update set
    name = excluded.name, kind = excluded.kind, village_code = excluded.village_code,
    department_code = excluded.department_code, contact_name = excluded.contact_name,
    contact_phone = excluded.contact_phone, geom = excluded.geom;

-- known_department -- whether the town has this department
select from department where area_id = %(area_id)s and code = %(department_code)s;
