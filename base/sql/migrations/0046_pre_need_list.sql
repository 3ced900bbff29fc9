-- Need lists (四清单): the units of the district; what each needs, offers, plans or wishes; claims of others on it.
create table district_unit (
    area_id integer not null references area,
    unit_code text not null check (unit_code ~ '^[A-Za-z0-9_-]{1,20}$'),
    name text not null check (length(name) between 1 and 80),
    kind text not null check (kind in ('community', 'public', 'school', 'medical', 'enterprise', 'shop', 'social')),
    village_code text,
    department_code text,
    contact_name text not null default '',
    contact_phone text not null default '',
    geom geometry(Point, 4326) not null,
    primary key (area_id, unit_code),
    foreign key (area_id, department_code) references department
);
comment on table district_unit is 'who takes part: communities, departments, schools, firms ...; spoken for by its village, its department or the shift leader';

create table need (
    area_id integer not null,
    need_id uuid not null,
    unit_code text not null,
    list text not null check (list in ('need', 'resource', 'project', 'wish')),
    title text not null check (length(title) between 1 and 80),
    told text not null default '',
    entered_by text not null,
    entered_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by text,
    primary key (area_id, need_id),
    foreign key (area_id, unit_code) references district_unit,
    constraint need_withdrawn_by_somebody check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index need_entered on need (area_id, entered_at);
comment on table need is 'an entry of one of the four lists; whether it is open, taken or done follows from its claims';

create table need_claim (
    area_id integer not null,
    claim_id uuid not null,
    need_id uuid not null,
    unit_code text not null,
    note text not null default '',
    claimed_by text not null,
    claimed_at timestamptz not null,
    state text not null default 'offered' check (state in ('offered', 'agreed', 'declined', 'withdrawn', 'done')),
    answer text not null default '',
    answered_by text,
    answered_at timestamptz,
    case_no text,
    primary key (area_id, claim_id),
    foreign key (area_id, need_id) references need,
    foreign key (area_id, unit_code) references district_unit,
    foreign key (area_id, case_no) references incident,
    constraint need_claim_case_when_agreed check (case_no is null or state in ('agreed', 'done')),
    constraint need_claim_answered check ((state = 'offered') = (answered_at is null and answered_by is null))
);
create unique index one_claim_of_unit on need_claim (area_id, need_id, unit_code) where state in ('offered', 'agreed');
create unique index one_claim_agreed on need_claim (area_id, need_id) where state in ('agreed', 'done');
create unique index one_claim_of_case on need_claim (area_id, case_no) where case_no is not null;

create function claim_state_v1(p_state text, p_case_state text) returns text
    language sql immutable parallel safe
    as $$
    select case
        when p_state = 'agreed' and not is_open_v1(p_case_state) and is_counted_v1(p_case_state) then 'done'
        else p_state
    end
$$;
comment on function claim_state_v1 is 'how a claim stands: one with a case is done when its case is closed; a case that turned out to be none leaves it agreed';
grant select, insert, update, delete on district_unit, need, need_claim to gridcommand_app;
