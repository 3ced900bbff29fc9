-- worker_who_leaves -- who he is, whether still active and on duty
select w.worker_id, w.name, w.is_active, w.grid_code, w.department_code,
       exists (select from duty d where d.area_id = w.area_id and d.worker_id = w.worker_id and d.ended_at is null)
           as on_duty
from worker w where w.area_id = %(area_id)s and w.worker_id = %(worker_id)s;

-- cases_of_worker -- the cases with something he still has to do
select distinct case_no from task
where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null order by case_no;

-- open_task_of_id -- whether a task is still to be done, and whose it is
select case_no, worker_id from task where area_id = %(area_id)s and task_id = %(task_id)s and ended_at is null;

-- accounts_of_worker -- his accounts that are let in
select account from account
where area_id = %(area_id)s and worker_id = %(worker_id)s and not is_disabled order by account;

-- shut_accounts -- let these accounts in no more, or again
update account set is_disabled = %(is_disabled)s where area_id = %(area_id)s and account = any(%(accounts)s);

-- revoke_tokens -- his tokens are taken no more
update api_token set revoked_at = %(at)s
where area_id = %(area_id)s and worker_id = %(worker_id)s and revoked_at is null;

-- restore_tokens -- those that were revoked with his leaving are taken again
update api_token set revoked_at = null
where area_id = %(area_id)s and worker_id = %(worker_id)s and revoked_at = %(at)s;

-- post_of_worker -- the post he holds, himself or by an account of his
select post, place_in_line from contact
where area_id = %(area_id)s and post <> ''
  and ((kind = 'worker' and id = %(worker_id)s::text) or (kind = 'account' and id = any(%(accounts)s)))
order by place_in_line limit 1;

-- give_up_posts -- he holds none any more
update contact set post = ''
where area_id = %(area_id)s and post <> ''
  and ((kind = 'worker' and id = %(worker_id)s::text) or (kind = 'account' and id = any(%(accounts)s)));

-- take_post -- somebody else holds it
insert into contact (area_id, kind, id, post, place_in_line)
values (%(area_id)s, 'worker', %(worker_id)s::text, %(post)s, %(place_in_line)s)
on conflict (area_id, kind, id) do update set post = excluded.post, place_in_line = excluded.place_in_line;

-- change_worker -- whether he is there, and which grid he walks
update worker set is_active = %(is_active)s, grid_code = %(grid_code)s
where area_id = %(area_id)s and worker_id = %(worker_id)s;

-- give_up_grid -- who took a grid over walks it no more, if he still does
update worker set grid_code = null
where area_id = %(area_id)s and worker_id = %(worker_id)s and grid_code = %(grid_code)s;

-- readdress_notices -- what has not left yet goes to another
update notice n set recipient_id = %(to)s::text
where n.area_id = %(area_id)s and n.recipient_kind = 'worker' and n.recipient_id = %(worker_id)s::text
  and n.state in ('waiting', 'held')
  and not exists (select from notice o
                  where o.area_id = n.area_id and o.code = n.code and o.case_no is not distinct from n.case_no
                    and o.task_id is not distinct from n.task_id and o.recipient_kind = 'worker'
                    and o.recipient_id = %(to)s::text and o.occasion_at is not distinct from n.occasion_at);

-- told_already -- what the other is told himself goes with that, in place of twice
update notice set state = 'digested'
where area_id = %(area_id)s and recipient_kind = 'worker' and recipient_id = %(worker_id)s::text
  and state in ('waiting', 'held');

-- end_swaps -- who leaves changes shifts with nobody any more
update roster_swap set ended_at = %(at)s, ended_by = %(by)s
where area_id = %(area_id)s and ended_at is null and %(worker_id)s in (worker_id, other_id);

-- add_leave -- keep what went to whom
insert into worker_leave (area_id, leave_id, worker_id, to_worker_id, left_by, left_at, grid_code, with_grid,
    was_on_duty, accounts, post, place_in_line)
values (%(area_id)s, %(leave_id)s, %(worker_id)s, %(to)s, %(by)s, %(at)s, %(grid_code)s, %(with_grid)s,
    %(was_on_duty)s, %(accounts)s, %(post)s, %(place_in_line)s);

-- add_leave_task -- one task, and the one another has in its place
insert into worker_leave_task (area_id, leave_id, from_task_id, to_task_id)
values (%(area_id)s, %(leave_id)s, %(from_task_id)s, %(to_task_id)s);

-- leave_of_id -- a leaving by its id
select * from worker_leave where area_id = %(area_id)s and leave_id = %(leave_id)s;

-- leave_of_worker -- the leaving of a worker that was not taken back
select * from worker_leave where area_id = %(area_id)s and worker_id = %(worker_id)s and undone_at is null;

-- tasks_of_leave -- the tasks that went with it
select from_task_id, to_task_id from worker_leave_task
where area_id = %(area_id)s and leave_id = %(leave_id)s order by from_task_id;

-- undo_leave -- keep that it was taken back
update worker_leave set undone_by = %(by)s, undone_at = %(at)s
where area_id = %(area_id)s and leave_id = %(leave_id)s;

-- addressed_to -- how much of each kind is still addressed to a worker
select * from (values
    ('grid', (select count(*) from worker w
              where w.area_id = %(area_id)s and w.worker_id = %(worker_id)s and w.grid_code is not null)),
    ('task', (select count(*) from task t
              where t.area_id = %(area_id)s and t.worker_id = %(worker_id)s and t.ended_at is null)),
    ('notice', (select count(*) from notice n
                where n.area_id = %(area_id)s and n.recipient_kind = 'worker'
                  and n.recipient_id = %(worker_id)s::text and n.state in ('waiting', 'held'))),
    ('post', (select count(*) from contact c
              where c.area_id = %(area_id)s and c.post <> '' and c.kind = 'worker' and c.id = %(worker_id)s::text)),
    ('account', (select count(*) from account a
                 where a.area_id = %(area_id)s and a.worker_id = %(worker_id)s and not a.is_disabled)),
    ('token', (select count(*) from api_token k
               where k.area_id = %(area_id)s and k.worker_id = %(worker_id)s and k.revoked_at is null)),
    ('duty', (select count(*) from duty d
              where d.area_id = %(area_id)s and d.worker_id = %(worker_id)s and d.ended_at is null)),
    ('roster', (select count(*) from roster r
                where r.area_id = %(area_id)s and r.worker_id = %(worker_id)s and r.on_day >= (now() at time zone 'Asia/Shanghai')::date)),
    ('swap', (select count(*) from roster_swap s
              where s.area_id = %(area_id)s and s.ended_at is null and %(worker_id)s in (s.worker_id, s.other_id))),
    ('sos', (select count(*) from open_sos_v1(%(area_id)s) s where s.worker_id = %(worker_id)s))
) found (kind, count) where count > 0 order by kind;
