-- holders_of_responsible_leader -- who is named a responsible leader of the town, the first in line first
select kind, id, place_in_line from contact
where area_id = %(area_id)s and post = 'responsible_leader' order by place_in_line, kind, id;

-- holders_of_shift_leader -- the accounts of shift leaders who may serve the town
select 'account' as kind, account as id from account
where area_id in (0, %(area_id)s) and role = 'shift_leader' and not is_disabled order by account;

-- address_of -- how a recipient is reached: his own entry first, else what is known of the worker or the department
select coalesce(nullif(c.phone, ''), w.phone, d.phone, own.phone, '') as phone,
       coalesce(c.email, '') as email, coalesce(c.language, 'zh') as language,
       coalesce(nullif(c.name, ''), w.name, d.name, own.name, '') as name
from (select %(kind)s::text as kind, %(id)s::text as id) r
left join contact c on c.area_id = %(area_id)s and c.kind = r.kind and c.id = r.id
left join worker w on w.area_id = %(area_id)s and r.kind = 'worker' and w.worker_id::text = r.id
left join department d on d.area_id = %(area_id)s and r.kind = 'department' and d.code = r.id
left join account a on a.area_id = %(area_id)s and r.kind = 'account' and a.account = r.id
left join worker own on own.area_id = %(area_id)s and own.worker_id = a.worker_id;
