-- paths_in -- the base map within a box as SVG paths, one for each layer and kind, in whole units from its north-west
-- corner. Of too many features the most important stay: an import numbers them in that order.
with box as (
    select st_transform(st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857) as geom
), piece as materialized (
    select f.feature_id, f.layer, f.kind, st_dimension(f.geom) as dimension,
           -- cutting an area along its own side leaves lines and points behind: only pieces of its own dimension stay
           st_simplify(st_collectionextract(st_clipbybox2d(f.geom, box.geom), st_dimension(f.geom) + 1),
               %(tolerance_m)s) as geom
    from base_feature f cross join box
    where f.area_id = %(area_id)s and f.min_zoom <= %(zoom)s and f.geom && box.geom and st_dimension(f.geom) > 0
    order by f.feature_id limit %(limit)s
)
select layer, kind, dimension = 2 as is_area,
       ceil((st_xmax(box.geom) - st_xmin(box.geom)) / %(unit_m)s)::int as wide,
       ceil((st_ymax(box.geom) - st_ymin(box.geom)) / %(unit_m)s)::int as high,
       -- outer sides clockwise and holes against it: by SVG's non-zero rule the holes then stay open
       string_agg(st_assvg(st_scale(st_translate(st_forcepolygoncw(piece.geom),
           -st_xmin(box.geom), -st_ymax(box.geom)), 1 / %(unit_m)s, 1 / %(unit_m)s), 1, 0), ''
           order by feature_id) as path
from piece cross join box
where not st_isempty(piece.geom)
group by layer, kind, dimension, box.geom
order by min(feature_id);
