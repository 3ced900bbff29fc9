-- lock_claims -- let the claims of a town come one after the other until the transaction ends
select pg_advisory_xact_lock(hashtext('notices'), %(area_id)s);

-- due -- the notices whose turn it is, the gravest first; one whose sender is gone too; a closed channel is left alone
select * from notice n
where n.area_id = %(area_id)s
  and n.state in ('waiting', 'held', 'sending') and n.next_try_at <= %(at)s
  and (n.state <> 'sending' or n.leased_until <= %(at)s)
  and (n.urgency = 'P1' or not exists (
      select from notice_channel c where c.area_id = n.area_id and c.channel = n.channel and c.closed_until > %(at)s))
order by n.urgency, n.created_at, n.notice_id limit %(most)s
for update skip locked;

-- take -- a notice is being sent by who holds this lease
update notice set state = 'sending', tries = tries + 1, lease = %(lease)s, leased_until = %(leased_until)s
where area_id = %(area_id)s and notice_id = %(notice_id)s and lease is not distinct from %(given)s
returning *;

-- put_off -- a notice waits until a moment
update notice set state = 'held', lease = null, leased_until = null, not_before = %(until)s, next_try_at = %(until)s
where area_id = %(area_id)s and notice_id = %(notice_id)s and lease is not distinct from %(given)s;

-- try_again -- a notice is tried once more, over this channel, at this moment
update notice set state = 'waiting', lease = null, leased_until = null, channel = %(channel)s,
    next_try_at = %(next_try_at)s, last_error = %(error)s
where area_id = %(area_id)s and notice_id = %(notice_id)s and lease is not distinct from %(given)s;

-- give_up -- a notice is dead, with its last error
update notice set state = 'dead', lease = null, leased_until = null, last_error = %(error)s
where area_id = %(area_id)s and notice_id = %(notice_id)s and lease is not distinct from %(given)s;

-- mark_sent -- a notice was taken by a provider
update notice set state = 'sent', lease = null, leased_until = null, sent_at = %(at)s, sent_over = %(over)s,
    provider_id = %(provider_id)s, body = %(body)s
where area_id = %(area_id)s and notice_id = %(notice_id)s and lease is not distinct from %(given)s
returning notice_id;

-- recent -- how many a recipient was sent since a moment, or is being sent
select count(*) as n from notice
where area_id = %(area_id)s and recipient_kind = %(recipient_kind)s and recipient_id = %(recipient_id)s
  and notice_id <> %(notice_id)s
  and (state = 'sending' or (state = 'sent' and sent_at > %(since)s));

-- open_digest -- the digest of a recipient that goes at this full hour, made when it is not there
insert into notice (area_id, notice_id, code, recipient_kind, recipient_id, language, channels, channel, urgency,
    created_at, occasion_at, not_before, next_try_at, state)
values (%(area_id)s, %(digest_id)s, 'digest', %(recipient_kind)s, %(recipient_id)s, %(language)s, %(channels)s::text[],
    (%(channels)s::text[])[1], 'P4', %(at)s, %(goes_at)s, %(goes_at)s, %(goes_at)s, 'held')
on conflict (area_id, code, case_no, task_id, recipient_kind, recipient_id, occasion_at) do nothing;

-- join_digest -- a notice is told in the digest of this full hour, when that has not gone yet
with digest as (
    select notice_id from notice
    where area_id = %(area_id)s and code = 'digest' and recipient_kind = %(recipient_kind)s
      and recipient_id = %(recipient_id)s and occasion_at = %(goes_at)s and state = 'held'
    for update
)
update notice set state = 'digested', lease = null, leased_until = null, digest_id = digest.notice_id
from digest where area_id = %(area_id)s and notice.notice_id = %(notice_id)s;

-- digested -- how many notices a digest tells of, and their cases
select count(*) as n, array_agg(distinct case_no order by case_no) filter (where case_no is not null) as cases
from notice where area_id = %(area_id)s and digest_id = %(digest_id)s;

-- channel_works -- a channel that took a notice is not down
update notice_channel set failures = 0, down_since = null, closed_until = null
where area_id = %(area_id)s and channel = %(channel)s and failures > 0;

-- channel_fails -- a channel that did not answer, and how often in a row
insert into notice_channel (area_id, channel, failures, last_error) values (%(area_id)s, %(channel)s, 1, %(error)s)
on conflict (area_id, channel) do update
    set failures = notice_channel.failures + 1, last_error = excluded.last_error
returning failures;

-- close_channel -- a channel that is down is not tried for a while
update notice_channel set closed_until = %(until)s, down_since = coalesce(down_since, %(at)s)
where area_id = %(area_id)s and channel = %(channel)s;
