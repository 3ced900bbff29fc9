-- rule_for -- the rule in force for a type at a place: the village's own before the town's
select rule_id, department_code from routing_rule
where area_id = %(area_id)s and type_code = %(type_code)s and revoked_at is null and since <= %(at)s
  and (village_code is null or village_code = %(village_code)s)
order by village_code nulls last limit 1;

-- rules -- the rules of the town, those that are not revoked first, the newest first
select r.rule_id, r.type_code, r.village_code, v.name as village_name, r.department_code, r.reason, r.since,
       r.adopted_by, r.adopted_at, r.revoked_by, r.revoked_at, r.revoked_note
from routing_rule r
left join division v on v.area_id = r.area_id and v.code = r.village_code and v.valid_to is null
where r.area_id = %(area_id)s
order by r.revoked_at desc nulls first, r.adopted_at desc, r.rule_id limit %(limit)s;

-- rule_by_id -- one rule, held until the transaction ends
select r.rule_id, r.type_code, r.village_code, v.name as village_name, r.department_code, r.reason, r.since,
       r.adopted_by, r.adopted_at, r.revoked_by, r.revoked_at, r.revoked_note
from routing_rule r
left join division v on v.area_id = r.area_id and v.code = r.village_code and v.valid_to is null
where r.area_id = %(area_id)s and r.rule_id = %(rule_id)s
for update of r;

-- rule_of_place -- whose the rule that is not revoked says just this type and village (or the town) is
select department_code from routing_rule
where area_id = %(area_id)s and type_code = %(type_code)s and revoked_at is null
  and coalesce(village_code, '') = coalesce(%(village_code)s, '');

-- add_rule -- a draft becomes a rule; no row when another holds there
insert into routing_rule (area_id, rule_id, type_code, village_code, department_code, reason, since, adopted_by,
    adopted_at)
values (%(area_id)s, %(rule_id)s, %(type_code)s, %(village_code)s, %(department_code)s, %(reason)s, %(since)s,
    %(account)s, %(at)s)
on conflict do nothing
returning rule_id;

-- revoke_rule -- it holds no longer
update routing_rule set revoked_by = %(account)s, revoked_at = %(at)s, revoked_note = %(reason)s
where area_id = %(area_id)s and rule_id = %(rule_id)s;
