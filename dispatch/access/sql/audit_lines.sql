-- lines -- the newest links of the area's chain, of one actor and of actions that begin so where they are named
select link_no, at, actor, role, action, object from audit
where area_id = %(area_id)s
  and (%(actor)s::text is null or actor = %(actor)s::text)
  and (%(action)s::text is null or starts_with(action, %(action)s::text))
order by link_no desc limit %(limit)s;
