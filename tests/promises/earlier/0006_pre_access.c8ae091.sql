-- Who may come in, and the record of what they did.
create table account (
    area_id integer not null,
    account text not null check (account ~ '^[a-z][a-z0-9_]{1,30}$'),
    password_hash text not null,
    role text not null,
    display_name text not null default '',
    worker_id integer,
    department_code text,
    is_disabled boolean not null default false,
    failed_logins integer not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null,
    primary key (area_id, account)
);
comment on column account.area_id is '0: the account serves every area of this centre';

create table login (
    area_id integer not null,
    token_hash bytea not null,
    account text not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    ended_at timestamptz,
    primary key (area_id, token_hash),
    foreign key (area_id, account) references account
);

create table api_token (
    area_id integer not null,
    token_hash bytea not null,
    name text not null,
    role text not null,
    worker_id integer,
    department_code text,
    created_at timestamptz not null,
    revoked_at timestamptz,
    primary key (area_id, token_hash)
);

create table audit (
    area_id integer not null,
    link_no bigint not null,
    at timestamptz not null,
    actor text not null,
    role text not null,
    action text not null,
    object text not null,
    details jsonb not null default '{}',
    previous_hash bytea not null,
    hash bytea not null,
    primary key (area_id, link_no)
);

-- Appends one link to an area's chain: hash = sha256(previous hash and the row's own fields).
create function audit_append_v1(
    p_area_id integer, p_at timestamptz, p_actor text, p_role text, p_action text, p_object text, p_details jsonb
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    last_link audit;
    new_no bigint;
    last_hash bytea;
begin
    perform pg_advisory_xact_lock(hashtext('audit'), p_area_id);
    select * into last_link from audit where area_id = p_area_id order by link_no desc limit 1;
    new_no := coalesce(last_link.link_no, 0) + 1;
    last_hash := coalesce(last_link.hash, '\x'::bytea);
    insert into audit values (p_area_id, new_no, p_at, p_actor, p_role, p_action, p_object, p_details, last_hash,
        audit_hash_v1(p_area_id, new_no, p_at, p_actor, p_role, p_action, p_object, p_details, last_hash));
    return new_no;
end $$;

create function audit_hash_v1(
    p_area_id integer, p_link_no bigint, p_at timestamptz, p_actor text, p_role text, p_action text,
    p_object text, p_details jsonb, p_previous bytea
) returns bytea language sql immutable as $$
    select sha256(p_previous || convert_to(jsonb_build_array(p_area_id, p_link_no,
        extract(epoch from p_at), p_actor, p_role, p_action, p_object, p_details)::text, 'UTF8'))
$$;

grant usage on schema public to gridcommand_app;
grant select, insert, update, delete on all tables in schema public to gridcommand_app;
revoke insert, update, delete on audit from gridcommand_app;
revoke update, delete on incident_log, suggestion from gridcommand_app;
revoke delete on position, incident from gridcommand_app;
