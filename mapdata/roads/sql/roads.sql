-- road_edges -- every road of an area, its nodes counted from 0
with node as (
    select node_id, (row_number() over (order by node_id) - 1)::integer as number
    from road_node where area_id = %(area_id)s
)
select a.number as from_node, b.number as to_node, e.kind, e.length_m, e.oneway, e.is_bridge, e.modes,
    st_asbinary(e.geom) as line
from road_edge e
join node a on a.node_id = e.from_node
join node b on b.node_id = e.to_node
where e.area_id = %(area_id)s
order by e.edge_id;

-- water -- rivers, canals and standing water of an area that nobody walks across
select st_asbinary(st_transform(geom, 4326)) as shape
from base_feature
where area_id = %(area_id)s and layer = 'water'
    and (st_dimension(geom) = 2 or kind in ('river', 'canal'))
order by feature_id;
