-- What is told to people outside the room: written in the transaction of the fact it tells, sent by the second process.
create table contact (
    area_id integer not null references area,
    kind text not null check (kind in ('account', 'worker', 'department')),
    id text not null,
    post text not null default '' check (post in ('', 'responsible_leader')),
    name text not null default '',
    phone text not null default '',
    email text not null default '',
    language text not null default 'zh' check (language in ('zh', 'en')),
    primary key (area_id, kind, id)
);
comment on table contact is 'how somebody is reached, where the tables of workers and departments do not say it';
comment on column contact.post is 'responsible_leader 分管领导: told of every P1';

create table notice (
    area_id integer not null references area,
    notice_id uuid not null,
    code text not null,
    told jsonb not null default '{}',
    case_no text,
    task_id uuid,
    occasion_at timestamptz,
    recipient_kind text not null check (recipient_kind in ('account', 'worker', 'department', 'phone', 'robot')),
    recipient_id text not null,
    language text not null check (language in ('zh', 'en')),
    channels text[] not null check (cardinality(channels) > 0),
    channel text not null,
    urgency text not null check (urgency in ('P1', 'P2', 'P3', 'P4')),
    any_hour boolean not null default false,
    created_at timestamptz not null,
    not_before timestamptz,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'dead', 'held', 'digested')),
    tries integer not null default 0,
    next_try_at timestamptz not null,
    lease uuid,
    leased_until timestamptz,
    last_error jsonb,
    sent_at timestamptz,
    sent_over text,
    provider_id text,
    body text not null default '',
    digest_id uuid,
    primary key (area_id, notice_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, digest_id) references notice,
    constraint notice_is_leased_while_sent check ((state = 'sending') = (lease is not null)),
    constraint notice_sent_has_moment check ((state = 'sent') = (sent_at is not null))
);
create unique index one_notice_per_occasion
    on notice (area_id, code, case_no, task_id, recipient_kind, recipient_id, occasion_at) nulls not distinct;
create index notice_due on notice (area_id, next_try_at) where state in ('waiting', 'held', 'sending');
create index notice_recipient on notice (area_id, recipient_kind, recipient_id, sent_at) where state in ('sent', 'sending');
create index notice_case on notice (area_id, case_no);
create index notice_created on notice (area_id, created_at desc);
comment on table notice is 'the outbox: what is to be told to whom, and what came of it';
comment on column notice.told is 'the values of its text, as codes; put into words when it is sent';
comment on column notice.occasion_at is
    'what makes it another one of the same code: the due time of the clock it is about, or the moment of the verb';
comment on column notice.channels is 'sms, robot, email: in the order they are tried; channel is the one whose turn it is';
comment on column notice.state is
    'held: put off (quiet hours); digested: told in one message with others; dead: given up, may be sent again';
comment on column notice.lease is 'who sends it now; when leased_until has passed, whoever held it is gone, and it is taken again';
comment on column notice.sent_over is 'the provider that took it; log: written down only, nothing left the house';
comment on column notice.body is 'the text as it left';

create table notice_channel (
    area_id integer not null references area,
    channel text not null,
    failures integer not null default 0,
    down_since timestamptz,
    closed_until timestamptz,
    last_error jsonb,
    primary key (area_id, channel)
);
comment on table notice_channel is 'how each channel goes, for every process; closed_until: not tried before then but for P1';

create table job_run (
    area_id integer not null references area,
    job text not null,
    started_at timestamptz not null,
    last_done_at timestamptz,
    failures integer not null default 0,
    last_error text not null default '',
    primary key (area_id, job)
);
comment on table job_run is 'when each job of the second process began last, over all its processes, and how it went';

grant select, insert, update, delete on contact to gridcommand_app;
grant select, insert, update on notice, notice_channel, job_run to gridcommand_app;
