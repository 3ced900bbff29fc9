-- know_job -- a job has its row, from the first time on
insert into job_run (area_id, job, started_at) values (%(area_id)s, %(job)s, '-infinity')
on conflict (area_id, job) do nothing;

-- begin_job -- hold a job whose time has come and that nobody does now; a clock that was set back does not stop it
select job from job_run
where area_id = %(area_id)s and job = %(job)s and (started_at <= %(before)s or started_at > %(at)s)
for update skip locked;

-- job_done -- a job was done
update job_run set started_at = %(at)s, last_done_at = %(at)s, failures = 0, last_error = ''
where area_id = %(area_id)s and job = %(job)s;

-- job_failed -- a job broke off; it waits for its next time
update job_run set started_at = %(at)s, failures = failures + 1, last_error = %(fault)s
where area_id = %(area_id)s and job = %(job)s;
