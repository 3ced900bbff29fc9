-- Somebody leaves: what was his and to whom it went, so that it can be taken back.
create table worker_leave (
    area_id integer not null,
    leave_id uuid not null,
    worker_id integer not null,
    to_worker_id integer not null,
    left_by text not null,
    left_at timestamptz not null,
    grid_code text,
    with_grid boolean not null,
    was_on_duty boolean not null,
    accounts text[] not null,
    post text not null,
    place_in_line smallint not null,
    undone_by text,
    undone_at timestamptz,
    primary key (area_id, leave_id),
    foreign key (area_id, worker_id) references worker,
    foreign key (area_id, to_worker_id) references worker,
    constraint worker_leave_to_another check (worker_id <> to_worker_id),
    constraint worker_leave_undone_by_somebody check ((undone_by is null) = (undone_at is null))
);
create unique index one_leave_of_worker on worker_leave (area_id, worker_id) where undone_at is null;
comment on column worker_leave.grid_code is 'the grid he walked; with_grid: it went to who took over, else it is nobody''s';

create table worker_leave_task (
    area_id integer not null,
    leave_id uuid not null,
    from_task_id uuid not null,
    to_task_id uuid not null,
    primary key (area_id, leave_id, from_task_id),
    foreign key (area_id, leave_id) references worker_leave,
    foreign key (area_id, from_task_id) references task,
    foreign key (area_id, to_task_id) references task
);
grant select, insert, update on worker_leave to gridcommand_app;
grant select, insert on worker_leave_task to gridcommand_app;
