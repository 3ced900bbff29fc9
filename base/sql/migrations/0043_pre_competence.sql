-- Legal competence (执法权限): which department may handle which item of law, and whose enforcement card holds how long.
create table competence_item (
    area_id integer not null references area,
    code text not null check (code ~ '^[0-9A-Za-z-]{1,40}$'),
    name text not null check (length(name) between 1 and 200),
    law text not null,
    type_prefix text not null check (type_prefix ~ '^[0-9]{2}([0-9]{2})?$'),
    departments text[] not null check (cardinality(departments) > 0),
    card text not null check (card in ('none', 'act', 'lead')),
    holders smallint not null,
    primary key (area_id, code),
    constraint competence_item_holders check ((card = 'none' and holders = 0) or (card <> 'none' and holders in (1, 2)))
);
comment on table competence_item is 'what a town has loaded; a town without a list has no rule of competence';
comment on column competence_item.card is 'none: needed by nobody; act: by who inspects or fines; lead: by who leads the case too';
comment on column competence_item.holders is 'card holders who act together';

alter table worker
    add column card_no text,
    add column card_issuer text,
    add column card_from date,
    add column card_to date,
    add constraint worker_card_is_whole check (num_nonnulls(card_no, card_issuer, card_from, card_to) in (0, 4)),
    add constraint worker_card_has_days check (card_from <= card_to),
    add constraint worker_card_is_a_skill check (card_no is null or 'law_enforcement' = any (skills));
create unique index one_worker_of_card on worker (area_id, card_no) where card_no is not null;
comment on column worker.card_no is 'of the enforcement card (执法证); who has one has the skill law_enforcement too';

grant select, insert, delete on competence_item to gridcommand_app;
