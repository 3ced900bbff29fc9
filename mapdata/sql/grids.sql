-- grid_shapes -- every present grid with its village and its outline as GeoJSON
select d.code, d.name, d.kind, d.households, d.parent_code as village_code, village.name as village_name,
       st_x(d.label) as label_lon, st_y(d.label) as label_lat, st_asgeojson(d.geom, 6)::json as outline
from division d
left join division village on village.area_id = d.area_id and village.code = d.parent_code
    and village.level = 'village' and village.valid_to is null
where d.area_id = %(area_id)s and d.level = 'grid' and d.valid_to is null
order by d.code;

-- count_grids -- how many grids the area has
select count(*) as grids from division where area_id = %(area_id)s and level = 'grid' and valid_to is null;
