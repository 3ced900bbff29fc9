-- versions -- what runs this database
select current_setting('server_version') as postgres,
       (select extversion from pg_extension where extname = 'postgis') as postgis;

-- safety -- settings without which a power cut loses or spoils what was acknowledged
select current_setting('fsync') = 'on' as fsync, current_setting('full_page_writes') = 'on' as full_page_writes,
       current_setting('data_checksums') = 'on' as data_checksums;

-- app_rights -- what the small role owns and could change that it must not
select (select count(*) from pg_class where relowner = 'gridcommand_app'::regrole) as owned,
       has_table_privilege('gridcommand_app', 'audit', 'update') or has_table_privilege('gridcommand_app', 'audit', 'delete')
           or has_table_privilege('gridcommand_app', 'migration', 'update') as may_rewrite,
       (select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = 'gridcommand_app') as is_mighty;

-- clock -- the database's own clock
select clock_timestamp() as now;

-- is_used -- whether there is any table in the database, or any role of ours that holds something
select exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')) as is_used;
