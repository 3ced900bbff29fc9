-- What lies on the ground: the road network, the base map, standard addresses.
create table road_node (
    area_id integer not null references area,
    node_id integer not null,
    geom geometry(Point, 4326) not null,
    primary key (area_id, node_id)
);

create table road_edge (
    area_id integer not null,
    edge_id integer not null,
    from_node integer not null,
    to_node integer not null,
    name text not null default '',
    kind text not null,
    length_m double precision not null check (length_m >= 0),
    oneway boolean not null default false,
    is_bridge boolean not null default false,
    modes text[] not null check (modes <@ array['foot', 'ebike', 'car']),
    geom geometry(LineString, 4326) not null,
    primary key (area_id, edge_id),
    foreign key (area_id, from_node) references road_node,
    foreign key (area_id, to_node) references road_node
);
create index road_edge_geom on road_edge using gist (geom);
comment on column road_edge.kind is 'OSM highway value: motorway, primary, secondary, tertiary, residential, service, footway, path ...';
comment on column road_edge.oneway is 'from_node to to_node only, for wheels; people on foot walk both ways';

create table base_feature (
    area_id integer not null references area,
    feature_id integer not null,
    layer text not null check (layer in ('land', 'water', 'buildings', 'roads', 'places')),
    kind text not null,
    name text not null default '',
    min_zoom smallint not null,
    geom geometry(Geometry, 3857) not null,
    primary key (area_id, feature_id)
);
create index base_feature_geom on base_feature using gist (geom);
comment on column base_feature.min_zoom is 'the first zoom at which a tile holds the feature';

create table address (
    area_id integer not null references area,
    address_id integer not null,
    parent_id integer,
    level text not null check (level in ('building', 'unit', 'room')),
    name text not null,
    full_text text not null,
    grid_code text not null,
    micro_grid_code text not null,
    geom geometry(Point, 4326) not null,
    primary key (area_id, address_id),
    foreign key (area_id, parent_id) references address,
    constraint only_buildings_have_no_parent check ((level = 'building') = (parent_id is null))
);
create unique index one_address_per_text on address (area_id, full_text);
create index address_geom on address using gist (geom);
create index address_parent on address (area_id, parent_id);

-- Metres from a point (EPSG:4326) to a place given in degrees, on the sphere: six times as fast as ST_DistanceSphere and
-- within 0.1 % of it below 100 km. Source: equirectangular approximation; mean radius of IUGG 1980.
create function metres_to_v1(p_geom geometry, p_lon double precision, p_lat double precision)
returns double precision language sql immutable parallel safe as $$
    select 6371008.8 * sqrt(power(radians(st_x(p_geom) - p_lon) * cos(radians(p_lat)), 2)
        + power(radians(st_y(p_geom) - p_lat), 2))
$$;
