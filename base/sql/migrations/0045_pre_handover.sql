-- The hand-over of a shift (交接班): a sheet gathered from the data, signed by who goes and by who comes.
create table handover (
    area_id integer not null references area,
    handover_id uuid not null,
    opened_by text not null,
    opened_role text not null,
    opened_at timestamptz not null,
    version integer not null default 1,
    words text not null default '',
    sheet jsonb not null,
    gathered_at timestamptz not null,
    outgoing_signed_at timestamptz,
    incoming_by text,
    incoming_role text,
    incoming_signed_at timestamptz,
    changes jsonb not null default '[]',
    primary key (area_id, handover_id),
    constraint handover_is_signed_by_two check (incoming_by <> opened_by),
    constraint handover_incoming_is_whole check (num_nulls(incoming_by, incoming_role, incoming_signed_at) in (0, 3)),
    constraint handover_outgoing_signs_first check (incoming_signed_at is null or outgoing_signed_at is not null)
);
create unique index one_open_handover_of_account on handover (area_id, opened_by) where incoming_signed_at is null;
create index handover_by_time on handover (area_id, opened_at);
comment on table handover is 'hand-overs of a shift; signed by both it is changed no more';
comment on column handover.version is 'raised whenever the sheet is gathered anew: who signs says which one he has read';
comment on column handover.sheet is 'its lines as codes and values, as they were at gathered_at';
comment on column handover.changes is 'what had become otherwise between gathered_at and the second signature';

create table handover_act (
    area_id integer not null,
    handover_id uuid not null,
    account text not null,
    write_id uuid not null,
    act text not null check (act in ('refresh', 'outgoing', 'incoming', 'remark')),
    role text not null,
    at timestamptz not null,
    words text not null default '',
    primary key (area_id, handover_id, account, write_id),
    foreign key (area_id, handover_id) references handover
);
comment on table handover_act is 'what was done with a sheet, each write once; words: of a remark';

grant select, insert, update on handover to gridcommand_app;
grant select, insert on handover_act to gridcommand_app;
