-- tasks_today -- how many tasks each of these workers was given since a moment
select worker_id, count(*)::integer as tasks from assignment
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s) and assigned_at >= %(since)s group by worker_id;

-- account_worker -- the worker behind the account that reported a case
select worker_id from account
where area_id in (%(area_id)s, 0) and account = %(account)s and worker_id is not null
order by area_id desc limit 1;

-- keep_suggestion -- the advice as it was given
insert into suggestion (area_id, suggestion_id, case_no, given_at, given_to, answer)
values (%(area_id)s, %(suggestion_id)s, %(case_no)s, %(given_at)s, %(given_to)s, %(answer)s::jsonb);

-- suggestion_by_id -- an advice on a case as it was given
select answer from suggestion
where area_id = %(area_id)s and suggestion_id = %(suggestion_id)s and case_no = %(case_no)s;
