-- enqueue -- one more notice, unless it was told on this occasion before
insert into notice (area_id, notice_id, code, told, case_no, task_id, occasion_at, recipient_kind, recipient_id,
    language, channels, channel, urgency, any_hour, created_at, not_before, next_try_at, state)
values (%(area_id)s, %(notice_id)s, %(code)s, %(told)s, %(case_no)s, %(task_id)s, %(occasion_at)s,
    %(recipient_kind)s, %(recipient_id)s, %(language)s, %(channels)s, %(channel)s, %(urgency)s, %(any_hour)s, %(at)s,
    %(not_before)s, %(next_try_at)s, %(state)s)
on conflict (area_id, code, case_no, task_id, recipient_kind, recipient_id, occasion_at) do nothing;

-- state_of -- how far a notice is, held until the transaction ends
select state from notice where area_id = %(area_id)s and notice_id = %(notice_id)s for update;

-- send_again -- a notice that was given up begins anew
update notice set state = 'waiting', tries = 0, channel = channels[1], next_try_at = %(at)s, not_before = null
where area_id = %(area_id)s and notice_id = %(notice_id)s and state = 'dead';

-- notices -- the notices that fit, of cases the asker may know of, the newest first
select n.area_id, n.notice_id, n.code, n.told, n.case_no, n.recipient_kind, n.recipient_id, n.language, n.channel,
       n.urgency, n.created_at, n.not_before, n.state, n.tries, n.next_try_at, n.last_error, n.sent_at, n.sent_over,
       n.body, coalesce(nullif(c.name, ''), w.name, d.name, a.display_name, '') as recipient_name
from notice n
left join contact c on c.area_id = n.area_id and c.kind = n.recipient_kind and c.id = n.recipient_id
left join worker w on w.area_id = n.area_id and n.recipient_kind = 'worker' and w.worker_id::text = n.recipient_id
left join department d on d.area_id = n.area_id and n.recipient_kind = 'department' and d.code = n.recipient_id
left join account a on a.area_id = n.area_id and n.recipient_kind = 'account' and a.account = n.recipient_id
where n.area_id = %(area_id)s
  and (%(states)s::text[] is null or n.state = any(%(states)s::text[]))
  and (%(case)s::text is null or n.case_no = %(case)s::text)
  and (n.case_no is null or exists (
      select from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
      where i.area_id = n.area_id and i.case_no = n.case_no))
order by n.created_at desc, n.notice_id limit %(limit)s;

-- waiting_over -- how each channel goes, and how many notices wait for it
select c.channel, c.down_since,
       (select count(*) from notice n
        where n.area_id = c.area_id and n.channel = c.channel and n.state in ('waiting', 'held', 'sending')) as waiting
from notice_channel c where c.area_id = %(area_id)s and c.down_since is not null order by c.channel;

-- counts -- how many notices wait, and how many were given up of those made since a moment
select (select count(*) from notice
        where area_id = %(area_id)s and state in ('waiting', 'held', 'sending')) as waiting,
       (select count(*) from notice
        where area_id = %(area_id)s and created_at > %(since)s and state = 'dead') as dead;
