-- features_in -- the base map's features that touch a box, as GeoJSON in degrees, cut to it and simplified
select f.layer, f.kind, f.name, st_asgeojson(st_transform(
           st_simplifypreservetopology(st_intersection(f.geom, box.geom), %(tolerance_m)s), 4326), 6) as geometry
from base_feature f
cross join lateral (
    select st_transform(st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857) as geom
) box
where f.area_id = %(area_id)s and f.min_zoom <= %(zoom)s and f.geom && box.geom and st_isvalid(f.geom)
order by f.feature_id limit %(limit)s;
