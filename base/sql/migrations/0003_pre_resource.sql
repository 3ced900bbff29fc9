-- 人 地 物: the seven base layers, things of the street, cameras, departments.
create table person (
    area_id integer not null,
    person_id integer not null,
    id_no text not null,
    name text not null,
    gender smallint not null check (gender in (0, 1, 2, 9)),
    born_on date not null,
    phone text not null default '',
    residence text not null check (residence in ('registered', 'floating')),
    address_id integer not null,
    primary key (area_id, person_id),
    foreign key (area_id, address_id) references address
);
create unique index one_person_per_id_no on person (area_id, id_no);
create index person_address on person (area_id, address_id);

create table floating_resident (
    area_id integer not null,
    person_id integer not null,
    reason text not null,
    permit_kind text not null,
    registered_on date not null,
    expires_on date not null,
    primary key (area_id, person_id),
    foreign key (area_id, person_id) references person
);

create table key_person (
    area_id integer not null,
    person_id integer not null,
    kind text not null,
    attention text not null check (attention in ('red', 'yellow', 'green')),
    visit_every_days integer not null check (visit_every_days > 0),
    last_visit_on date,
    primary key (area_id, person_id),
    foreign key (area_id, person_id) references person
);

create table house (
    area_id integer not null,
    house_id integer not null,
    address_id integer not null,
    use text not null,
    floor_area_m2 real not null check (floor_area_m2 > 0),
    storeys smallint not null check (storeys > 0),
    owner_id integer,
    primary key (area_id, house_id),
    foreign key (area_id, address_id) references address,
    foreign key (area_id, owner_id) references person
);
create index house_address on house (area_id, address_id);
comment on table house is '实有房屋: one dwelling or premises; its address is a room, or a building when it is undivided';

create table rental_house (
    area_id integer not null,
    house_id integer not null,
    purpose text not null,
    grade text not null check (grade in ('red', 'yellow', 'green')),
    hazard text not null default '',
    tenants integer not null check (tenants >= 0),
    primary key (area_id, house_id),
    foreign key (area_id, house_id) references house
);

create table place (
    area_id integer not null references area,
    place_id integer not null,
    layer text not null check (layer in ('key_place', 'merchant', 'station')),
    kind text not null,
    name text not null,
    address_text text not null default '',
    phone text not null default '',
    in_charge text not null default '',
    check_every_days integer,
    last_checked_on date,
    grid_code text,
    geom geometry(Point, 4326) not null,
    primary key (area_id, place_id)
);
create index place_geom on place using gist (geom);
comment on column place.layer is 'key_place 重点场所, merchant 商户, station 站点 (police, fire, clinic, command centre, service)';
comment on column place.kind is 'school, hospital, clinic, police, fire_station, restaurant, factory, gas_station ...';

create table thing (
    area_id integer not null references area,
    thing_id integer not null,
    kind text not null,
    code text not null,
    name text not null default '',
    state text not null default 'ok' check (state in ('ok', 'fault')),
    grid_code text,
    geom geometry(Point, 4326) not null,
    primary key (area_id, thing_id)
);
create index thing_geom on thing using gist (geom);
comment on column thing.kind is 'hydrant, valve, manhole, life_ring, defibrillator, loudspeaker, street_lamp';

create table camera (
    area_id integer not null references area,
    camera_id integer not null,
    gb28181_id text not null check (gb28181_id ~ '^[0-9]{20}$'),
    name text not null,
    heading_deg real not null check (heading_deg >= 0 and heading_deg < 360),
    fov_deg real not null check (fov_deg > 0 and fov_deg <= 360),
    range_m real not null check (range_m > 0),
    state text not null default 'ok' check (state in ('ok', 'fault')),
    stream_url text not null default '',
    grid_code text,
    geom geometry(Point, 4326) not null,
    primary key (area_id, camera_id)
);
create index camera_geom on camera using gist (geom);

create table department (
    area_id integer not null references area,
    code text not null check (code ~ '^[A-Z]{2}$'),
    name text not null,
    kind text not null check (kind in ('platform', 'line')),
    phone text not null default '',
    geom geometry(Point, 4326),
    primary key (area_id, code)
);
