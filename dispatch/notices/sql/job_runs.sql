-- jobs -- when each job was done last, and how often it has failed since
select job, last_done_at, failures from job_run where area_id = %(area_id)s order by job;
