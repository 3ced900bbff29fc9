-- append_audit -- one more link of the area's chain
select audit_append_v1(%(area_id)s, %(at)s, %(actor)s, %(role)s, %(action)s, %(object)s, %(details)s::jsonb) as link_no;

-- broken_links -- links of the area's chain that do not fit: changed, taken out, put in or moved
select link_no from (
    select link_no, hash,
           audit_hash_v1(area_id, link_no, at, actor, role, action, object, details, previous_hash) as own_hash,
           previous_hash,
           lag(hash, 1, '\x'::bytea) over (order by link_no) as hash_before,
           row_number() over (order by link_no) as place
    from audit where area_id = %(area_id)s
) as chain
where hash <> own_hash or previous_hash <> hash_before or link_no <> place
order by link_no;

-- heads -- the last link of each area's chain
select area.area_id, last.link_no, last.hash
from (select area_id from area union select 0 union select unnest(%(area_ids)s::integer[])) as area
cross join lateral (
    select link_no, hash from audit where area_id = area.area_id order by link_no desc limit 1
) as last
order by area.area_id;

-- lost_heads -- which of these links the area's chain does not have as they were noted
select noted.link_no
from unnest(%(link_nos)s::bigint[], %(hashes)s::bytea[]) as noted (link_no, hash)
where not exists (select from audit a
                  where a.area_id = %(area_id)s and a.link_no = noted.link_no and a.hash = noted.hash)
order by noted.link_no;
