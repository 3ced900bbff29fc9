-- clocks_of_case -- every clock of a case, in the order they began
select clock_id, stage, task_id, basis, limit_amount, limit_unit, started_at, first_due_at, due_at, state, ended_at,
       paused_since, pauses
from clock where area_id = %(area_id)s and case_no = %(case_no)s order by started_at, stage, task_id, clock_id;

-- add_clock -- one more clock of a case
insert into clock (area_id, clock_id, case_no, task_id, stage, basis, limit_amount, limit_unit, started_at, first_due_at,
    due_at, state, ended_at, paused_since, pauses)
values (%(area_id)s, %(clock_id)s, %(case_no)s, %(task_id)s, %(stage)s, %(basis)s, %(limit_amount)s, %(limit_unit)s,
    %(started_at)s, %(first_due_at)s, %(due_at)s, %(state)s, %(ended_at)s, %(paused_since)s, %(pauses)s);

-- change_clock -- a clock after a step: when it is due, whether it stands, how it ended
update clock set due_at = %(due_at)s, state = %(state)s, ended_at = %(ended_at)s, paused_since = %(paused_since)s,
    pauses = %(pauses)s
where area_id = %(area_id)s and clock_id = %(clock_id)s;

-- extensions_of_case -- every extension that was asked for, the first first
select extension_id, clock_id, asked_by, asked_at, until, reason, decided_by, decided_at, decision, due_before
from extension where area_id = %(area_id)s and case_no = %(case_no)s order by asked_at, extension_id;

-- latest_extensions -- the extension that was asked for last of each of these cases
select distinct on (case_no) case_no, extension_id, clock_id, asked_by, asked_at, until, reason, decided_by, decided_at,
       decision, due_before
from extension where area_id = %(area_id)s and case_no = any(%(case_nos)s)
order by case_no, asked_at desc, extension_id desc;

-- add_extension -- an extension is asked for
insert into extension (area_id, extension_id, case_no, clock_id, asked_by, asked_at, until, reason, due_before)
values (%(area_id)s, %(extension_id)s, %(case_no)s, %(clock_id)s, %(asked_by)s, %(asked_at)s, %(until)s, %(reason)s,
    %(due_before)s);

-- decide_extension -- what was decided of the extension that is asked for
update extension set decided_by = %(by)s, decided_at = %(at)s, decision = %(decision)s
where area_id = %(area_id)s and case_no = %(case_no)s and decision is null;

-- calendar_days -- the days a town has loaded that break the week
select day, kind, name from calendar_day where area_id = %(area_id)s order by day;

-- forget_years -- the loaded days of these years go
delete from calendar_day where area_id = %(area_id)s and extract(year from day) = any(%(years)s);

-- wake_clocks -- after a step of a case its running clocks are looked at anew
update clock set act_at = '-infinity'
where area_id = %(area_id)s and case_no = %(case_no)s and state = 'running' and act_at > '-infinity';
