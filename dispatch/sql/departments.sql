-- departments -- every department of the town, and whether anybody can sign for it: its people, or an account
select d.code, d.name,
       exists (select from worker w where w.area_id = d.area_id and w.department_code = d.code and w.is_active)
           or exists (select from account a
                      where a.area_id = d.area_id and a.department_code = d.code and a.role = any(%(roles)s)
                        and not a.is_disabled) as is_served
from department d where d.area_id = %(area_id)s order by d.code;
