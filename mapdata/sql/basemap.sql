-- tile -- one vector tile of the base map: a layer after another, simplified to a quarter of a pixel
-- A tile is a chain of layer messages, so layers are joined by joining their bytes. Each is ordered by feature, which
-- makes the same ground the same bytes each time.
with tile as materialized (
    select st_tileenvelope(%(z)s, %(x)s, %(y)s) as box,
           st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s) as reach
),
feature as materialized (
    select f.feature_id, f.layer, f.kind, f.name, st_asmvtgeom(
        -- houses are small: a quarter of a pixel takes their corners off
        case f.layer
            when 'places' then f.geom
            when 'buildings' then f.geom
            else st_simplify(f.geom, %(tolerance_m)s)
        end,
        -- a place beyond the side would be written in two tiles
        tile.box, 4096, case f.layer when 'places' then 0 else 64 end, true) as geom
    from tile join base_feature f
        on f.area_id = %(area_id)s and f.min_zoom <= %(z)s and f.geom && tile.reach
)
select coalesce((select st_asmvt(l, 'land', 4096, 'geom') from (
           select kind, name, geom from feature where layer = 'land' and geom is not null order by feature_id) l), '')
    || coalesce((select st_asmvt(l, 'water', 4096, 'geom') from (
           select kind, name, geom from feature where layer = 'water' and geom is not null order by feature_id) l), '')
    || coalesce((select st_asmvt(l, 'buildings', 4096, 'geom') from (
           select kind, name, geom from feature where layer = 'buildings' and geom is not null order by feature_id) l), '')
    || coalesce((select st_asmvt(l, 'roads', 4096, 'geom') from (
           select kind, name, geom from feature where layer = 'roads' and geom is not null order by feature_id) l), '')
    || coalesce((select st_asmvt(l, 'places', 4096, 'geom') from (
           select kind, name, geom from feature where layer = 'places' and geom is not null order by feature_id) l), '')
       as tile;

-- map_version -- the version of an area's map, raised by every import
select map_version from area where area_id = %(area_id)s;
