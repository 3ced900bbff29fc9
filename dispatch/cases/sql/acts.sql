-- due_clocks -- running clocks about which something is to be done, what was done for this due time, and of what case
select c.clock_id, c.stage, c.task_id, c.basis, c.limit_amount, c.limit_unit, c.started_at, c.first_due_at, c.due_at,
       c.state, c.ended_at, c.paused_since, c.pauses, c.case_no, i.priority, i.acknowledged_at, i.raised_at,
       i.raised_count,
       array(select a.act from clock_act a
             where a.area_id = c.area_id and a.clock_id = c.clock_id and a.due_at = c.due_at) as done
from clock c
join incident i on i.area_id = c.area_id and i.case_no = c.case_no
where c.area_id = %(area_id)s and c.state = 'running' and c.act_at <= %(at)s
order by c.act_at limit %(most)s
for update of c skip locked;

-- keep_act -- that a clock has done something for this due time; no row when it had
insert into clock_act (area_id, clock_id, due_at, act, at)
values (%(area_id)s, %(clock_id)s, %(due_at)s, %(act)s, %(at)s)
on conflict do nothing
returning act;

-- next_acts -- when something is next to be done about each of these clocks; null: nothing is
update clock c set act_at = coalesce(n.act_at, 'infinity')
from unnest(%(clock_ids)s::uuid[], %(act_ats)s::timestamptz[]) n (clock_id, act_at)
where c.area_id = %(area_id)s and c.clock_id = n.clock_id;

-- raise_again -- a P1 is raised again: it has to be acknowledged anew
update incident set version = version + 1, raised_count = raised_count + 1, raised_at = %(at)s, acknowledged_at = null,
    acknowledged_by = null
where area_id = %(area_id)s and case_no = %(case_no)s
returning raised_count;

-- suspensions_over -- cases whose suspension has run out, and the clock of handling that stands; not told of before
select i.case_no, i.suspended_until, c.clock_id
from incident i
join clock c on c.area_id = i.area_id and c.case_no = i.case_no and c.stage = 'handle' and c.task_id is null
    and c.state = 'paused'
where i.area_id = %(area_id)s and i.suspended_until <= %(at)s
  and not exists (select from clock_act a
                  where a.area_id = c.area_id and a.clock_id = c.clock_id and a.due_at = i.suspended_until
                    and a.act = 'suspension_over')
order by i.suspended_until, i.case_no limit %(most)s
for update of c skip locked;
