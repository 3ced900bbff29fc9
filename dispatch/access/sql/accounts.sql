-- hold_names -- names are given one after the other: one of every area is also one of each area, which no key can tell
select pg_advisory_xact_lock(hashtext('names of accounts and tokens'));

-- insert_account -- a new account; no row when the name is taken, here or for every area
insert into account (area_id, account, password_hash, role, display_name, worker_id, department_code, village_code,
    created_at)
select %(area_id)s, %(account)s, %(password_hash)s, %(role)s, %(display_name)s, %(worker_id)s, %(department_code)s,
    %(village_code)s, %(at)s
where not exists (select from account
                  where (area_id in (0, %(area_id)s) or %(area_id)s = 0) and account = %(account)s)
on conflict (area_id, account) do nothing
returning account;

-- accounts -- every account that may serve the area
select area_id, account, role, display_name, worker_id, department_code, village_code, is_disabled, created_at
from account where area_id in (0, %(area_id)s) order by account;

-- account_to_check -- an account with its password's hash, one of the area before one of every area
select a.area_id, a.account, a.password_hash, a.role, a.worker_id, a.department_code, a.village_code, a.is_disabled,
       w.grid_code
from account a left join worker w on w.area_id = %(area_id)s and w.worker_id = a.worker_id
where a.area_id in (0, %(area_id)s) and a.account = %(account)s
order by a.area_id desc limit 1;

-- is_closed -- whether the address, or the account from there, has failed too often
-- An account of every area is closed in every town at once: else it could be tried out in each of them.
select from login_failure
where area_id in (%(area_id)s, %(account_area_id)s) and address = %(address)s and closed_until > %(at)s
  and (area_id, account) in ((%(area_id)s, ''), (%(account_area_id)s, %(account)s))
limit 1;

-- note_failures -- one more failed login of the account from the address, and of the address; at the limit each is closed
insert into login_failure as known (area_id, address, account, failures, since, closed_until)
select counted.area_id, %(address)s, counted.account, 1, %(at)s, null
from (values (%(account_area_id)s::integer, %(account)s::text), (%(area_id)s::integer, '')) as counted (area_id, account)
on conflict (area_id, address, account) do update set
    failures = case when known.since <= %(forgotten)s then 1 else known.failures + 1 end,
    since = case when known.since <= %(forgotten)s then %(at)s else known.since end,
    closed_until = case
        when known.since > %(forgotten)s
            and known.failures + 1 >= case known.account when '' then %(address_limit)s else %(limit)s end
        then %(until)s end
returning account, failures, closed_until;

-- forget_failures -- those of an account from an address that at last gave the right password
delete from login_failure where area_id = %(account_area_id)s and address = %(address)s and account = %(account)s;

-- forget_old_failures -- those too old to count; rows another login works on are left to it
with old as (
    select area_id, address, account from login_failure
    where area_id in (0, %(area_id)s) and since <= %(forgotten)s and coalesce(closed_until, since) <= %(at)s
    limit 1000 for update skip locked
)
delete from login_failure f using old
where f.area_id = old.area_id and f.address = old.address and f.account = old.account;

-- insert_login -- a login, known by the hash of its token
insert into login (area_id, token_hash, account, started_at, seen_at)
values (%(area_id)s, %(token_hash)s, %(account)s, %(at)s, %(at)s);

-- logins_of_tokens -- who the session tokens belong to, those that still hold
select l.token_hash, l.area_id, l.seen_at, a.account, a.role, a.worker_id, a.department_code, a.village_code,
       w.grid_code
from login l join account a on a.area_id = l.area_id and a.account = l.account
left join worker w on w.area_id = %(area_id)s and w.worker_id = a.worker_id
where l.area_id in (0, %(area_id)s) and l.token_hash = any(%(token_hashes)s) and l.ended_at is null
  and not a.is_disabled and l.started_at >= %(started_since)s
  and (l.seen_at >= %(seen_since)s or a.role = any(%(never_idle)s));

-- api_tokens -- what the API tokens stand for, those not revoked
select t.token_hash, t.area_id, t.name, t.role, t.worker_id, t.department_code, t.village_code, w.grid_code
from api_token t left join worker w on w.area_id = %(area_id)s and w.worker_id = t.worker_id
where t.area_id in (0, %(area_id)s) and t.token_hash = any(%(token_hashes)s) and t.revoked_at is null;

-- note_seen -- the person is still there
update login set seen_at = greatest(seen_at, %(at)s)
where area_id in (0, %(area_id)s) and token_hash = %(token_hash)s and ended_at is null;

-- end_login -- the session is over
update login set ended_at = %(at)s
where area_id in (0, %(area_id)s) and token_hash = %(token_hash)s and ended_at is null
returning account;

-- set_disabled -- let an account in no more, or again
update account set is_disabled = %(is_disabled)s
where area_id in (0, %(area_id)s) and account = %(account)s
returning account;

-- set_password -- a new password; every session of the account ends
with changed as (
    update account set password_hash = %(password_hash)s
    where area_id in (0, %(area_id)s) and account = %(account)s
    returning area_id, account
), ended as (
    update login l set ended_at = %(at)s from changed
    where l.area_id = changed.area_id and l.account = changed.account and l.ended_at is null
)
select account from changed;

-- insert_token -- an API token, known by its hash; no row when the name was ever used, here or for every area
insert into api_token (area_id, token_hash, name, role, worker_id, department_code, village_code, created_at)
select %(area_id)s, %(token_hash)s, %(name)s, %(role)s, %(worker_id)s, %(department_code)s, %(village_code)s, %(at)s
where not exists (select from api_token
                  where (area_id in (0, %(area_id)s) or %(area_id)s = 0) and name = %(name)s)
on conflict on constraint token_name_used_once do nothing
returning name;

-- renew_token -- the same name and role go on under a new token
update api_token set token_hash = %(token_hash)s, created_at = %(at)s, revoked_at = null
where area_id = %(area_id)s and name = %(name)s and role = %(role)s and worker_id is null and department_code is null
  and village_code is null
returning name;

-- tokens -- every API token of the area by name, without what it is made of
select name, role, worker_id, department_code, village_code, created_at, revoked_at
from api_token where area_id in (0, %(area_id)s) order by created_at, name;

-- revoke_tokens -- the token of a name ends
update api_token set revoked_at = %(at)s
where area_id in (0, %(area_id)s) and name = %(name)s and revoked_at is null
returning name;

-- end_token -- one token ends
update api_token set revoked_at = %(at)s
where area_id = %(area_id)s and token_hash = %(token_hash)s and revoked_at is null;

-- worker_for_account -- the first active worker of a role, of a department when one is named
select worker_id, name, department_code from worker
where area_id = %(area_id)s and is_active and role = any(%(roles)s)
order by array_position(%(roles)s, role), worker_id limit 1;

-- worker_exists -- an active worker and the department they belong to
select worker_id, name, department_code from worker
where area_id = %(area_id)s and worker_id = %(worker_id)s and is_active;

-- department_exists -- a department of the area
select code from department where area_id = %(area_id)s and code = %(code)s;

-- village_exists -- a village of the area
select code from division
where area_id = %(area_id)s and code = %(code)s and level = 'village' and valid_to is null limit 1;

-- first_village -- the village with the least code
select code, name from division
where area_id = %(area_id)s and level = 'village' and valid_to is null order by code limit 1;

-- departments_without_account -- the departments nobody can log in for
select d.code, d.name from department d
where d.area_id = %(area_id)s and not exists (
    select from account a
    where a.area_id = d.area_id and a.department_code = d.code and a.role = any(%(roles)s) and not a.is_disabled)
order by d.code;
