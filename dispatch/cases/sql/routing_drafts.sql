-- drafts -- the rulings nobody has adopted or dropped, the newest first
select d.draft_id, d.case_no, d.type_code, d.village_code, v.name as village_name, d.department_code, d.returned_by,
       d.ruled_by, d.ruled_at, d.note, d.state, d.settled_by, d.settled_at
from routing_draft d
left join division v on v.area_id = d.area_id and v.code = d.village_code and v.valid_to is null
where d.area_id = %(area_id)s and d.state = 'draft'
order by d.ruled_at desc, d.draft_id limit %(limit)s;

-- draft_by_id -- one ruling, held until the transaction ends
select d.draft_id, d.case_no, d.type_code, d.village_code, v.name as village_name, d.department_code, d.returned_by,
       d.ruled_by, d.ruled_at, d.note, d.state, d.settled_by, d.settled_at
from routing_draft d
left join division v on v.area_id = d.area_id and v.code = d.village_code and v.valid_to is null
where d.area_id = %(area_id)s and d.draft_id = %(draft_id)s
for update of d;

-- settle_draft -- somebody adopts or drops it
update routing_draft set state = %(state)s, settled_by = %(account)s, settled_at = %(at)s, settled_note = %(reason)s
where area_id = %(area_id)s and draft_id = %(draft_id)s;

-- cases_elsewhere -- cases of a type and village (null: the town) another department had, or this one by a ruling only
select i.case_no, count(*) over () as count
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
where i.area_id = %(area_id)s and i.type_code = %(type_code)s and i.reported_at >= %(since)s
  and (%(village_code)s::text is null or i.village_code = %(village_code)s::text)
  and (i.department_code <> %(department_code)s or (i.ruled_at is not null and %(by_table)s <> %(department_code)s))
  and (%(village_code)s::text is not null or not exists (
      select from routing_rule r
      where r.area_id = i.area_id and r.type_code = i.type_code and r.village_code = i.village_code
        and r.revoked_at is null))
order by i.reported_at desc, i.case_no desc limit %(limit)s;
