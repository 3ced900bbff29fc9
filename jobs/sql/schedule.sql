-- know_jobs -- each job has its row
insert into job_run (area_id, job, started_at)
select %(area_id)s, job, '-infinity' from unnest(%(jobs)s::text[]) job
where not exists (select from job_run r where r.area_id = %(area_id)s and r.job = job)
on conflict (area_id, job) do nothing;

-- due_jobs -- the jobs whose time has come; a clock that was set back does not stop them
select r.job from job_run r
join unnest(%(jobs)s::text[], %(every_s)s::float8[]) j (job, every_s) on j.job = r.job
where r.area_id = %(area_id)s
  and (r.started_at <= %(at)s - make_interval(secs => j.every_s) or r.started_at > %(at)s);

-- begin_job -- hold a job whose time has come and that nobody does now
select job from job_run
where area_id = %(area_id)s and job = %(job)s and (started_at <= %(before)s or started_at > %(at)s)
for update skip locked;

-- job_done -- a job was done
update job_run set started_at = %(at)s, last_done_at = %(at)s, failures = 0, last_error = ''
where area_id = %(area_id)s and job = %(job)s;

-- job_failed -- a job broke off; it waits for its next time
update job_run set started_at = %(at)s, failures = failures + 1, last_error = %(fault)s
where area_id = %(area_id)s and job = %(job)s;
