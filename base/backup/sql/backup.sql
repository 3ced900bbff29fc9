-- begin_snapshot -- everything from here on sees the same moment
begin transaction isolation level repeatable read read only;

-- export_snapshot -- a name by which pg_dump sees that moment too
select pg_export_snapshot();

-- end_snapshot -- nothing was changed
rollback;

-- is_used -- whether the database holds any table, view or function that is not an extension's
select exists (
    select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
) or exists (
    select from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
) as is_used;

-- make_extension -- what the tables of a backup are made of
create extension if not exists postgis;

-- make_role -- the small role belongs to the server, not to a database: a backup of a database does not hold it
do $$ begin
    if not exists (select from pg_roles where rolname = 'gridcommand_app') then
        create role gridcommand_app nologin;
    end if;
    execute format('grant gridcommand_app to %I', current_user);
end $$;

-- let_in -- the right to use the schema comes with the tables' rights, but not where public's own were never changed
grant usage on schema public to gridcommand_app;

-- count_for_planner -- a restored table is not counted, and an uncounted one is searched badly
analyze;
