-- add_handover -- begin a sheet; no row when there is one of this id, or the account has begun one
insert into handover (area_id, handover_id, opened_by, opened_role, opened_at, sheet, gathered_at)
values (%(area_id)s, %(handover_id)s, %(account)s, %(role)s, %(at)s, %(sheet)s, %(at)s)
on conflict do nothing
returning handover_id;

-- handover_of_id -- one sheet
select handover_id, opened_by, opened_role, opened_at, version, words, sheet, gathered_at, outgoing_signed_at,
       incoming_by, incoming_role, incoming_signed_at, changes
from handover where area_id = %(area_id)s and handover_id = %(handover_id)s;

-- hold_handover -- hold one sheet until the transaction ends
select handover_id from handover where area_id = %(area_id)s and handover_id = %(handover_id)s for update;

-- handovers -- the sheets, of one day or all, the newest first
select handover_id, opened_by, opened_role, opened_at, outgoing_signed_at, incoming_by, incoming_role, incoming_signed_at
from handover
where area_id = %(area_id)s
  and (%(since)s::timestamptz is null or opened_at >= %(since)s::timestamptz and opened_at < %(until)s::timestamptz)
order by opened_at desc, handover_id limit %(limit)s;

-- open_of_account -- the sheet somebody has begun that both have not signed yet
select handover_id, opened_at from handover
where area_id = %(area_id)s and opened_by = %(account)s and incoming_signed_at is null;

-- gather_anew -- the sheet as the data are now; a signature under what it was before does not hold any more
update handover
set sheet = %(sheet)s, gathered_at = %(at)s, version = version + 1, outgoing_signed_at = null,
    words = coalesce(%(words)s::text, words)
where area_id = %(area_id)s and handover_id = %(handover_id)s and incoming_signed_at is null;

-- sign_outgoing -- who goes has signed
update handover set outgoing_signed_at = %(at)s, words = coalesce(%(words)s::text, words)
where area_id = %(area_id)s and handover_id = %(handover_id)s and incoming_signed_at is null;

-- sign_incoming -- who comes has signed; from now on nothing of it changes
update handover
set incoming_by = %(account)s, incoming_role = %(role)s, incoming_signed_at = %(at)s, changes = %(changes)s
where area_id = %(area_id)s and handover_id = %(handover_id)s and incoming_signed_at is null;

-- add_act -- keep a write; no row when it was taken before
insert into handover_act (area_id, handover_id, account, write_id, act, role, at, words)
values (%(area_id)s, %(handover_id)s, %(account)s, %(write_id)s, %(act)s, %(role)s, %(at)s, %(words)s)
on conflict (area_id, handover_id, account, write_id) do nothing
returning act;

-- remarks -- what was remarked on a sheet, the first first
select account, role, at, words from handover_act
where area_id = %(area_id)s and handover_id = %(handover_id)s and act = 'remark' order by at, write_id;

-- told_deadlines -- by when each of these cases was last told to be done to who reported it, where the message left
select distinct on (n.case_no) n.case_no, n.told
from notice n
where n.area_id = %(area_id)s and n.case_no = any(%(case_nos)s) and n.code = 'accepted' and n.recipient_kind = 'phone'
  and n.state = 'sent' and n.sent_over <> 'log'
order by n.case_no, n.sent_at desc;

-- plans_under_way -- the plans taken for these cases with steps nobody has ticked yet
select p.case_no, p.taken_by, p.taken_at, count(s.ticked_at)::int as ticked, count(*)::int as steps
from case_plan p
join case_plan_step s on s.area_id = p.area_id and s.case_no = p.case_no
where p.area_id = %(area_id)s and p.case_no = any(%(case_nos)s)
group by p.case_no, p.taken_by, p.taken_at
having count(s.ticked_at) < count(*)
order by p.case_no;

-- given_up -- the notices that were given up, of those made since a moment, the newest first
select n.notice_id, n.code, n.case_no, n.channel, n.created_at
from notice n
where n.area_id = %(area_id)s and n.state = 'dead' and n.created_at > %(since)s
order by n.created_at desc, n.notice_id limit %(limit)s;
