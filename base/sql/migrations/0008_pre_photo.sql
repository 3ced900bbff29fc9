-- Pictures of a case, as they are shown: JPEG, without what the camera wrote about the place and itself.
create table photo (
    area_id integer not null,
    photo_id uuid not null,
    case_no text not null,
    received_at timestamptz not null,
    sent_by text not null,
    width integer not null check (width > 0),
    height integer not null check (height > 0),
    jpeg bytea not null,
    primary key (area_id, photo_id),
    foreign key (area_id, case_no) references incident
);
create index photo_case on photo (area_id, case_no, received_at);
comment on column photo.photo_id is 'client-made: the same id twice is one picture';
grant select, insert on photo to gridcommand_app;
