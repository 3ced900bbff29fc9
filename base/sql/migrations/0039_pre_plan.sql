-- Plans (预案) for grave types: a town's own in place of plans.csv, and of a case whose plan was taken each step with who
-- ticked it.
create table plan_step (
    area_id integer not null references area,
    type_prefix text not null check (type_prefix ~ '^[0-9]{2}([0-9]{2})?$'),
    step_no smallint not null check (step_no > 0),
    kind text not null check (kind in ('call', 'go', 'bring', 'tell')),
    who text not null,
    zh text not null check (length(zh) between 1 and 200),
    en text not null,
    primary key (area_id, type_prefix, step_no)
);
comment on table plan_step is 'what a town has written itself; of a prefix that is not here plans.csv holds';

create table case_plan (
    area_id integer not null,
    case_no text not null,
    type_prefix text not null,
    taken_by text not null,
    taken_at timestamptz not null,
    primary key (area_id, case_no),
    foreign key (area_id, case_no) references incident
);
create table case_plan_step (
    area_id integer not null,
    case_no text not null,
    step_no smallint not null,
    kind text not null,
    who text not null,
    zh text not null,
    en text not null,
    ticked_by text,
    ticked_at timestamptz,
    said text not null default '',
    primary key (area_id, case_no, step_no),
    foreign key (area_id, case_no) references case_plan,
    constraint case_plan_step_ticked_by_somebody check ((ticked_by is null) = (ticked_at is null))
);
comment on table case_plan_step is 'the steps as they were when the plan was taken; said: of a call, what was said';
grant select, insert, delete on plan_step to gridcommand_app;
grant select, insert on case_plan to gridcommand_app;
grant select, insert, update on case_plan_step to gridcommand_app;
