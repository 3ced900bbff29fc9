-- worker_who_leaves -- who he is, whether still active and on duty
select w.worker_id, w.name, w.is_active, w.grid_code, w.department_code,
       exists (select from duty d where d.area_id = w.area_id and d.worker_id = w.worker_id and d.ended_at is null)
           as on_duty
from worker w where w.area_id = %(area_id)s and w.worker_id = %(worker_id)s;

-- cases_of_worker -- the cases with something he still has to do
select distinct case_no from task
where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null order by case_no;

-- task_to_take_back -- what somebody still has to do on the case of a task that went over to him
select t.case_no, t.task_id from task o
join task t on t.area_id = o.area_id and t.case_no = o.case_no
where o.area_id = %(area_id)s and o.task_id = %(task_id)s and t.worker_id = %(to)s and t.ended_at is null;

-- accounts_of_worker -- his accounts, and which are let in no more
select account, is_disabled from account
where area_id = %(area_id)s and worker_id = %(worker_id)s order by account;

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
update notice n set recipient_kind = 'worker', recipient_id = %(to)s::text
where n.area_id = %(area_id)s and n.recipient_kind = %(kind)s and n.recipient_id = %(id)s
  and n.state in ('waiting', 'held')
  and not exists (select from notice o
                  where o.area_id = n.area_id and o.code = n.code and o.case_no is not distinct from n.case_no
                    and o.task_id is not distinct from n.task_id and o.recipient_kind = 'worker'
                    and o.recipient_id = %(to)s::text and o.occasion_at is not distinct from n.occasion_at);

-- told_already -- what the other is told himself goes with that, in place of twice
update notice set state = 'digested'
where area_id = %(area_id)s and recipient_kind = %(kind)s and recipient_id = %(id)s and state in ('waiting', 'held');

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

-- who_left -- everybody who is not of the town any more
select worker_id from worker where area_id = %(area_id)s and not is_active order by worker_id;

-- addressed_to -- how much of each kind is still addressed to each of these workers, himself or by an account of his
select w.worker_id, found.kind, found.count
from worker w
cross join lateral (values
    ('grid', (w.grid_code is not null)::int),
    ('task', (select count(*) from task t
              where t.area_id = w.area_id and t.worker_id = w.worker_id and t.ended_at is null)),
    ('notice', (select count(*) from notice n
                where n.area_id = w.area_id and n.state in ('waiting', 'sending', 'held')
                  and ((n.recipient_kind = 'worker' and n.recipient_id = w.worker_id::text)
                       or (n.recipient_kind = 'account'
                           and n.recipient_id in (select a.account from account a
                                                  where a.area_id = w.area_id and a.worker_id = w.worker_id))))),
    ('post', (select count(*) from contact c
              where c.area_id = w.area_id and c.post <> ''
                and ((c.kind = 'worker' and c.id = w.worker_id::text)
                     or (c.kind = 'account'
                         and c.id in (select a.account from account a
                                      where a.area_id = w.area_id and a.worker_id = w.worker_id))))),
    ('account', (select count(*) from account a
                 where a.area_id = w.area_id and a.worker_id = w.worker_id and not a.is_disabled)),
    ('token', (select count(*) from api_token k
               where k.area_id = w.area_id and k.worker_id = w.worker_id and k.revoked_at is null)),
    ('duty', (select count(*) from duty d
              where d.area_id = w.area_id and d.worker_id = w.worker_id and d.ended_at is null)),
    ('roster', (select count(*) from roster r
                where r.area_id = w.area_id and r.worker_id = w.worker_id
                  and r.on_day >= (now() at time zone 'Asia/Shanghai')::date)),
    ('swap', (select count(*) from roster_swap s
              where s.area_id = w.area_id and s.ended_at is null and w.worker_id in (s.worker_id, s.other_id))),
    ('sos', (select count(*) from open_sos_v1(%(area_id)s) s where s.worker_id = w.worker_id))
) found (kind, count)
where w.area_id = %(area_id)s and w.worker_id = any(%(workers)s) and found.count > 0
order by w.worker_id, found.kind;
