-- called_departments -- of these codes those the town has: what each is called, whether it has anybody, on duty or not
select d.code, d.name,
       exists (select from worker w where w.area_id = d.area_id and w.department_code = d.code and w.is_active)
           as has_people
from department d
where d.area_id = %(area_id)s and d.code = any(%(codes)s);

-- departments_with_people -- every department somebody works for, the four platforms first
select d.code, d.name
from department d
where d.area_id = %(area_id)s
  and exists (select from worker w where w.area_id = d.area_id and w.department_code = d.code and w.is_active)
order by d.kind <> 'platform', d.code;

-- add_whistle -- keep that it was blown
insert into whistle (area_id, whistle_id, case_no, lead_code, blown_by, blown_at, meet_at, geom, place_text, note)
values (%(area_id)s, %(whistle_id)s, %(case_no)s, %(lead)s, %(by)s, %(at)s, %(meet_at)s,
        st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), %(place_text)s, %(note)s);

-- last_whistle -- the whistle of a case that was blown last
select whistle_id, case_no, lead_code, blown_by, blown_at, meet_at, st_x(geom) as lon, st_y(geom) as lat, place_text,
       note
from whistle where area_id = %(area_id)s and case_no = %(case_no)s
order by blown_at desc limit 1;

-- whistles_not_over -- the cases whose whistle somebody still has to answer, that the asker may know of, the first first
select w.case_no, min(w.meet_at) as meet_at
from whistle w
join readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
                       %(own_village)s, %(from_level)s::int) i
  on i.area_id = w.area_id and i.case_no = w.case_no
where w.area_id = %(area_id)s
  and exists (select from task t
              where t.area_id = w.area_id and t.whistle_id = w.whistle_id and t.ended_at is null)
group by w.case_no order by meet_at, w.case_no;
