-- division_names -- names an address may begin with: town, villages, grids
select code, name, level from division
where area_id = %(area_id)s and level in ('town', 'village', 'grid') and valid_to is null;

-- addresses_ending -- addresses whose text ends so, in one village where one is named; the shortest first
select address_id, level, full_text, grid_code, micro_grid_code, st_x(geom) as lon, st_y(geom) as lat
from address
where area_id = %(area_id)s and grid_code like %(village)s || '%%' and full_text like '%%' || %(ending)s
order by length(full_text), address_id
limit %(most)s;
