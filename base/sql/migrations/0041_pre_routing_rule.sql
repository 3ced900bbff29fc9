-- A ruling becomes a rule of the town when somebody adopts it, until it is revoked; and of a case is seen that somebody
-- asks for others, and that somebody objects.

alter table incident
    add column support_asked_at timestamptz,
    add column objected_at timestamptz;
comment on column incident.support_asked_at is 'since when who has it asks for others; null: he does not, or somebody was sent';
comment on column incident.objected_at is 'when who has it last objected to its being his (先办后议); null: nobody does';

alter table routing_draft
    add column settled_by text,
    add column settled_at timestamptz,
    add column settled_note text,
    add constraint routing_draft_settled_by_somebody
        check ((state = 'draft') = (settled_by is null) and (settled_by is null) = (settled_at is null));

create table routing_rule (
    area_id integer not null,
    rule_id uuid not null,
    type_code text not null,
    village_code text,
    department_code text not null,
    reason text not null,
    since timestamptz not null,
    adopted_by text not null,
    adopted_at timestamptz not null,
    revoked_by text,
    revoked_at timestamptz,
    revoked_note text,
    primary key (area_id, rule_id),
    foreign key (area_id, rule_id) references routing_draft,
    foreign key (area_id, department_code) references department,
    constraint routing_rule_revoked_by_somebody check ((revoked_by is null) = (revoked_at is null))
);
comment on table routing_rule is 'whose a type of case is in this town, in place of the table of types';
comment on column routing_rule.rule_id is 'the draft it was adopted from';
comment on column routing_rule.village_code is 'in which village; null: in the whole town';
create unique index one_routing_rule on routing_rule (area_id, type_code, coalesce(village_code, ''))
    where revoked_at is null;
grant select, insert, update on routing_rule to gridcommand_app;
