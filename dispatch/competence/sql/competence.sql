-- items_of_type -- the items of law that a type of event has in a town, those of its class among them
select code, name, law, type_prefix, departments, card, holders from competence_item
where area_id = %(area_id)s and type_prefix = any(%(prefixes)s) order by code;

-- items_of_town -- every item a town has loaded
select code, name, law, type_prefix, departments, card, holders from competence_item
where area_id = %(area_id)s order by type_prefix, code;

-- forget_items -- take out a town's list, before another comes in its place
delete from competence_item where area_id = %(area_id)s;

-- cards_of_workers -- of these workers name, department, and from when to when their card holds
select worker_id, name, department_code, card_from, card_to from worker
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s) order by worker_id;

-- known_to_town -- the departments and the active workers a list may name
select (select coalesce(array_agg(code order by code), '{}') from department where area_id = %(area_id)s) as departments,
       (select coalesce(array_agg(worker_id), '{}') from worker where area_id = %(area_id)s and is_active) as workers;

-- forget_cards -- take every card of a town out, before others come in their place
update worker set card_no = null, card_issuer = null, card_from = null, card_to = null
where area_id = %(area_id)s and card_no is not null;

-- give_card -- somebody has a card, and the skill that goes with it
update worker set card_no = %(number)s, card_issuer = %(issuer)s, card_from = %(valid_from)s, card_to = %(valid_to)s,
    skills = case when 'law_enforcement' = any(skills) then skills else array_append(skills, 'law_enforcement') end
where area_id = %(area_id)s and worker_id = %(worker_id)s;

-- counted_cards -- how many cards a town knows, and how many of them hold on a day
select count(*)::integer as cards, (count(*) filter (where %(on)s::date between card_from and card_to))::integer as valid
from worker where area_id = %(area_id)s and is_active and card_no is not null;
