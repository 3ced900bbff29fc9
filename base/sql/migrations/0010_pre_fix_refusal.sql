-- How many fixes were refused, by whom, how they came and why: phones are answered "taken" and never told.
create table fix_refusal (
    area_id integer not null,
    day date not null,
    worker_id integer not null check (worker_id between 0 and 65535),
    source text not null,
    code text not null,
    count bigint not null check (count > 0),
    primary key (area_id, day, worker_id, source, code)
);
comment on column fix_refusal.day is 'of arrival, in the town''s time';
comment on column fix_refusal.worker_id is 'whose fix it was as the request says it; 0 where it does not say';
grant select, insert, update on fix_refusal to gridcommand_app;
