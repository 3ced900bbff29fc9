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
