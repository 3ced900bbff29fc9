-- lock_workers -- lock the named workers until the transaction ends, in one order so that nobody waits in a circle
-- "no key": rows of other tables may still be written that only refer to the worker
select worker_id from worker
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s) and is_active
order by worker_id for no key update;

-- note_write -- remember a change of duty; no row when the account made it before
insert into duty_write (area_id, account, write_id, worker_id, at)
values (%(area_id)s, %(account)s, %(write_id)s, %(worker_id)s, %(at)s)
on conflict (area_id, account, write_id) do nothing
returning write_id;

-- is_on_duty -- whether a duty of the worker is open
select exists (select from duty
    where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null) as on_duty;

-- begin -- begin a duty unless one is open
insert into duty (area_id, worker_id, duty_id, status, started_at)
values (%(area_id)s, %(worker_id)s, %(duty_id)s, %(status)s, %(at)s)
on conflict (area_id, worker_id) where ended_at is null do nothing
returning duty_id;

-- end -- end the open duty
update duty set ended_at = greatest(started_at, %(at)s)  -- a clock that was set back must not end it before it began
where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null
returning duty_id;

-- change_status -- set what a worker on duty does
update duty set status = %(status)s
where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null
returning duty_id;

-- has_open_sos -- whether a worker calls for help
select exists (select from open_sos_v1(%(area_id)s) where worker_id = %(worker_id)s) as calls;

-- open_case -- the case a worker is sent to and has not finished, or else one that waits for him; not a suspended one
select case_no from task
where area_id = %(area_id)s and worker_id = %(worker_id)s and ended_at is null and state <> 'paused'
order by is_active_task_v1(state) desc, created_at limit 1;

-- duties_between -- every duty of the workers that touches a period
select worker_id, duty_id, started_at, ended_at from duty
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s)
  and started_at <= %(until)s and (ended_at is null or ended_at >= %(since)s)
order by worker_id, started_at;
