-- A token's name is who it is: it stands in the log, in the audit and beside the cases it reported. So no two tokens of
-- an area ever share one, revoked ones included. Tokens that did get a name of their own here: part of their hash is
-- added, of which nothing can be learnt. None keeps the shared name, since it cannot be known which of them reported
-- what; but those of the simulated shift are one actor, made anew for each run, and its newest goes on under the name.
with named as (
    select area_id, token_hash, name,
           count(*) over (partition by name) as holders,
           row_number() over (partition by name order by created_at desc, token_hash) as place
    from api_token
)
update api_token t
set name = left(named.name, 47) || ' #' || left(encode(named.token_hash, 'hex'), 11),
    revoked_at = case when named.name in ('simulated shift', 'simulated leader')
        then coalesce(t.revoked_at, t.created_at) else t.revoked_at end
from named
where t.area_id = named.area_id and t.token_hash = named.token_hash and named.holders > 1
  and not (named.place = 1 and named.name in ('simulated shift', 'simulated leader'));
alter table api_token add constraint token_name_used_once unique (area_id, name);
comment on column api_token.name is 'who the token is: used once, never given to another token';

-- Failed logins: of an account from an address together (the pair), and of the address (account '').
create table login_failure (
    area_id integer not null,
    address text not null,
    account text not null,
    failures integer not null,
    since timestamptz not null,
    closed_until timestamptz,
    primary key (area_id, address, account)
);
comment on column login_failure.address is 'an IPv4 address or an IPv6 network of 64 bits';
alter table account drop column failed_logins, drop column locked_until;
grant select, insert, update, delete on login_failure to gridcommand_app;

-- What only an owner has business to change.
revoke insert, update, delete on migration, spatial_ref_sys, geometry_columns, geography_columns from gridcommand_app;
revoke insert, update, delete on position_other from gridcommand_app;
