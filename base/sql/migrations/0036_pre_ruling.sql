-- Who does not want a case returns it once; the second return waits for the shift leader, whose ruling is a draft rule.

alter table incident
    add column returned_count integer not null default 0 check (returned_count >= 0),
    add column ruling_wanted_at timestamptz,
    add column ruled_at timestamptz;
comment on column incident.returned_count is 'how often who was to lead it sent it back (退回, ping-pong)';
comment on column incident.ruling_wanted_at is 'since when it waits for the shift leader to say whose it is; null: it does not';
comment on column incident.ruled_at is 'when the shift leader said whose it is: from then on nobody returns it';
create index incident_ruling_wanted on incident (area_id, ruling_wanted_at) where ruling_wanted_at is not null;

update incident i set returned_count = counted.times
from (select l.area_id, l.case_no, count(*) as times from incident_log l where l.verb = 'send_back'
      group by l.area_id, l.case_no) counted
where counted.area_id = i.area_id and counted.case_no = i.case_no;

create table routing_draft (
    area_id integer not null,
    draft_id uuid not null,
    case_no text not null,
    type_code text not null,
    village_code text,
    department_code text not null,
    returned_by text[] not null,
    ruled_by text not null,
    ruled_at timestamptz not null,
    note text not null,
    state text not null default 'draft' check (state in ('draft', 'adopted', 'dropped')),
    primary key (area_id, draft_id),
    foreign key (area_id, case_no) references incident (area_id, case_no)
);
comment on table routing_draft is 'what a ruling says about cases of its kind: nobody''s rule until somebody adopts it';
grant select, insert, update on routing_draft to gridcommand_app;
