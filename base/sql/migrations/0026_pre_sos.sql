-- Calls for help of workers (求助), and the moment a picture was taken. All of it is only ever added to: what was called,
-- who answered and how it ended stays as it was.
create table sos (
    area_id integer not null,
    sos_id uuid not null,
    worker_id integer not null,
    raised_at timestamptz not null,
    pressed_at timestamptz not null,
    raised_by text not null,
    geom geometry(Point, 4326),
    accuracy_m real check (accuracy_m >= 0),
    primary key (area_id, sos_id),
    foreign key (area_id, worker_id) references worker
);
create index sos_worker on sos (area_id, worker_id, raised_at);
comment on table sos is 'calls for help; one is open until sos_answer has its end';
comment on column sos.raised_at is 'by the centre''s clock, when it was taken';
comment on column sos.pressed_at is 'by the phone''s clock, when it was pressed; never after raised_at';

create table sos_answer (
    area_id integer not null,
    sos_id uuid not null,
    what text not null check (what in ('acknowledged', 'ended')),
    at timestamptz not null,
    by_account text not null,
    by_role text not null,
    note text not null default '',
    primary key (area_id, sos_id, what),
    foreign key (area_id, sos_id) references sos
);
comment on table sos_answer is 'each call is acknowledged once and ended once: who is first, stays';

create table sos_look (
    area_id integer not null,
    sos_id uuid not null,
    screen text not null check (screen in ('wall', 'console')),
    at timestamptz not null,
    primary key (area_id, sos_id, screen),
    foreign key (area_id, sos_id) references sos
);
comment on table sos_look is 'the track of who calls was shown on a screen: once for each, so that the audit has one line';

create function open_sos_v1(p_area_id integer) returns setof sos language sql stable as $$
    select s.* from sos s
    where s.area_id = p_area_id
      and not exists (select from sos_answer a
                      where a.area_id = p_area_id and a.sos_id = s.sos_id and a.what = 'ended')
$$;
comment on function open_sos_v1 is 'the calls for help that nobody has ended';

create function open_duty_v1(p_area_id integer)
returns table (area_id integer, worker_id integer, duty_id uuid, status text) language sql stable as $$
    select d.area_id, d.worker_id, d.duty_id,
           case when exists (select from open_sos_v1(p_area_id) s where s.worker_id = d.worker_id)
                then 'sos' else d.status end
    from duty d
    where d.area_id = p_area_id and d.ended_at is null
$$;
comment on function open_duty_v1 is 'who is on duty, and as what: what he said, or that he calls for help';

-- Until now a call was a state of the duty alone: those that are open go on.
insert into sos (area_id, sos_id, worker_id, raised_at, pressed_at, raised_by)
select area_id, duty_id, worker_id, now(), now(), '' from duty where status = 'sos' and ended_at is null;
update duty set status = 'on_duty_idle' where status = 'sos' and ended_at is null;

grant select, insert on sos, sos_answer, sos_look to gridcommand_app;

alter table photo add column moment text check (moment in ('before', 'after'));
comment on column photo.moment is 'before the case was handled, or after; null: not said';
