-- lock_needs -- whoever changes the lists of a town waits for whoever does so now
select pg_advisory_xact_lock(hashtext('needs'), %(area_id)s);

-- needs -- entries of the lists, each with how it stands by its claims
with claim as (
    select c.need_id, c.unit_code, c.case_no, claim_state_v1(c.state, i.state) as state
    from need_claim c
    left join incident i on i.area_id = c.area_id and i.case_no = c.case_no
    where c.area_id = %(area_id)s
), found as (
    select n.need_id, n.unit_code, n.list, n.title, n.told, n.entered_by, n.entered_at,
           case when n.withdrawn_at is not null then 'withdrawn'
                when exists (select from claim where claim.need_id = n.need_id and claim.state = 'done') then 'done'
                when exists (select from claim where claim.need_id = n.need_id and claim.state = 'agreed') then 'taken'
                else 'open' end as state,
           (select count(*) from claim where claim.need_id = n.need_id and claim.state = 'offered')::int as offers
    from need n
    join district_unit u on u.area_id = n.area_id and u.unit_code = n.unit_code
    where n.area_id = %(area_id)s
      and (%(need_id)s::uuid is null or n.need_id = %(need_id)s::uuid)
      and (%(list)s::text is null or n.list = %(list)s::text)
      and (%(village)s::text is null or u.village_code = %(village)s::text)
      and (%(asked)s = '' or strpos(n.title || n.told || u.name, %(asked)s) > 0)
      and (%(case_no)s::text is null
           or exists (select from claim where claim.need_id = n.need_id and claim.case_no = %(case_no)s::text))
)
select * from found
where %(state)s::text is null or state = %(state)s::text
order by array_position(array['open', 'taken', 'done', 'withdrawn'], state), entered_at desc limit %(limit)s;

-- claims -- the claims on these entries, the oldest first, or one claim
select c.claim_id, c.need_id, c.unit_code, c.note, c.claimed_by, c.claimed_at,
       claim_state_v1(c.state, i.state) as state, c.answer, c.answered_by, c.answered_at, c.case_no,
       i.state as case_state, coalesce(is_open_v1(i.state), false) as has_open_case
from need_claim c
left join incident i on i.area_id = c.area_id and i.case_no = c.case_no
where c.area_id = %(area_id)s
  and (%(need_ids)s::uuid[] is null or c.need_id = any(%(need_ids)s::uuid[]))
  and (%(claim_id)s::uuid is null or c.claim_id = %(claim_id)s::uuid)
order by c.claimed_at, c.claim_id;

-- enter -- a unit puts an entry on a list
insert into need (area_id, need_id, unit_code, list, title, told, entered_by, entered_at)
values (%(area_id)s, %(need_id)s, %(unit_code)s, %(list)s, %(title)s, %(told)s, %(by)s, %(at)s);

-- withdraw -- an entry is taken off its list
update need set withdrawn_at = %(at)s, withdrawn_by = %(by)s
where area_id = %(area_id)s and need_id = %(need_id)s;

-- claim -- a unit claims an entry
insert into need_claim (area_id, claim_id, need_id, unit_code, note, claimed_by, claimed_at)
values (%(area_id)s, %(claim_id)s, %(need_id)s, %(unit_code)s, %(note)s, %(by)s, %(at)s);

-- answer -- how a claim stands now
update need_claim set state = %(state)s, answer = %(answer)s, answered_by = %(by)s, answered_at = %(at)s
where area_id = %(area_id)s and claim_id = %(claim_id)s;

-- decline_others -- one claim is agreed on: the others are declined with it
update need_claim set state = 'declined', answered_by = %(by)s, answered_at = %(at)s
where area_id = %(area_id)s and need_id = %(need_id)s and state = 'offered' and claim_id is distinct from %(claim_id)s;

-- link_case -- a case is made of a claim
update need_claim set case_no = %(case_no)s where area_id = %(area_id)s and claim_id = %(claim_id)s;
