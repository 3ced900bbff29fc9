-- Roster (排班): who has which shift where; a town's own shifts in place of shifts.csv; swaps two agree on.
-- Standing duties (职责): a town's own in place of standing_duties.csv; what was done where, and when.
create table shift (
    area_id integer not null references area,
    shift text not null check (shift ~ '^[a-z][a-z0-9_]{0,19}$'),
    zh text not null check (length(zh) between 1 and 40),
    en text not null,
    begins time not null,
    ends time not null,
    grid smallint not null check (grid between 0 and 99),
    operator smallint not null check (operator between 0 and 99),
    shift_leader smallint not null check (shift_leader between 0 and 99),
    primary key (area_id, shift)
);
comment on table shift is 'what a town has written itself; without any shifts.csv holds';
comment on column shift.ends is 'by the town''s wall clock; not after begins: on the next day';
comment on column shift.grid is 'how many each grid needs; operator, shift_leader: how many the town needs';

create table roster (
    area_id integer not null,
    on_day date not null,
    shift text not null,
    worker_id integer not null,
    post text not null check (post in ('grid', 'operator', 'shift_leader')),
    grid_code text,
    instead_of integer,
    primary key (area_id, on_day, shift, worker_id),
    foreign key (area_id, worker_id) references worker on delete cascade,
    constraint roster_grid_of_post check ((post = 'grid') = (grid_code is not null))
);
create index roster_of_worker on roster (area_id, worker_id, on_day);
comment on column roster.on_day is 'the day the shift begins';
comment on column roster.instead_of is 'the worker whose line it was before somebody stood in';

create table roster_swap (
    area_id integer not null,
    swap_id uuid not null,
    on_day date not null,
    shift text not null,
    worker_id integer not null,
    other_day date not null,
    other_shift text not null,
    other_id integer not null,
    asked_at timestamptz not null,
    agreed_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    is_made boolean not null default false,
    primary key (area_id, swap_id),
    foreign key (area_id, worker_id) references worker on delete cascade,
    foreign key (area_id, other_id) references worker on delete cascade,
    constraint roster_swap_with_another check (worker_id <> other_id),
    constraint roster_swap_ended_by_somebody check ((ended_at is null) = (ended_by is null)),
    constraint roster_swap_made_when_agreed check (not is_made or (agreed_at is not null and ended_at is not null))
);
comment on table roster_swap is 'worker asks, other agrees, the leader confirms (is_made); or one of them refuses';

create table standing_duty (
    area_id integer not null references area,
    code text not null check (code ~ '^[a-z][a-z0-9_]{0,29}$'),
    place_no smallint not null,
    zh text not null check (length(zh) between 1 and 40),
    en text not null,
    todo_zh text not null,
    todo_en text not null,
    every text not null check (every in ('day', 'week', 'month', 'quarter')),
    spots text not null check (spots in ('grid', 'place', 'home')),
    kinds text[] not null,
    primary key (area_id, code)
);
comment on table standing_duty is 'what a town has written itself; without any standing_duties.csv holds';
comment on column standing_duty.kinds is 'of spots: kinds of key places, grades of rented homes; empty: all';

create table standing_done (
    area_id integer not null,
    done_id uuid not null,
    code text not null,
    grid_code text not null,
    spot_id integer not null,
    worker_id integer not null,
    done_at timestamptz not null,
    said text not null default '',
    primary key (area_id, done_id),
    foreign key (area_id, worker_id) references worker on delete cascade
);
create index standing_done_at on standing_done (area_id, code, grid_code, spot_id, done_at);
comment on column standing_done.spot_id is 'number of the place or home; 0: the grid as a whole';

create function standing_spots_v1(p_area_id integer, p_spots text, p_kinds text[])
returns table (grid_code text, spot_id integer, spot_name text) language sql stable as $$
    select d.code, 0, d.name from division d
    where d.area_id = p_area_id and p_spots = 'grid' and d.level = 'grid' and d.valid_to is null
    union all
    select p.grid_code, p.place_id, p.name from place p
    where p.area_id = p_area_id and p_spots = 'place' and p.layer = 'key_place' and p.grid_code is not null
      and (p_kinds = '{}' or p.kind = any(p_kinds))
    union all
    select a.grid_code, r.house_id, a.full_text from rental_house r
    join house h on h.area_id = r.area_id and h.house_id = r.house_id
    join address a on a.area_id = h.area_id and a.address_id = h.address_id
    where r.area_id = p_area_id and p_spots = 'home' and a.grid_code is not null
      and (p_kinds = '{}' or r.grade = any(p_kinds))
$$;
comment on function standing_spots_v1 is 'where a standing duty is done: each grid, each key place, each rented home, of these kinds';

grant select, insert, delete on shift, standing_duty to gridcommand_app;
grant select, insert, update, delete on roster to gridcommand_app;
grant select, insert, update on roster_swap to gridcommand_app;
grant select, insert on standing_done to gridcommand_app;
