-- versions -- what runs this database
select current_setting('server_version') as postgres,
       (select extversion from pg_extension where extname = 'postgis') as postgis;

-- safety -- settings without which a power cut loses or spoils what was acknowledged
select current_setting('fsync') = 'on' as fsync, current_setting('full_page_writes') = 'on' as full_page_writes,
       current_setting('synchronous_commit') <> 'off' as synchronous_commit,
       current_setting('data_checksums') = 'on' as data_checksums;

-- has_role -- whether the small role is there, and the tables it is about
select exists (select from pg_roles where rolname = 'gridcommand_app') and to_regclass('audit') is not null as has_role;

-- app_rights -- whether the small role owns anything, is more than small, or could change what is only ever added to
select exists (select from pg_class where relowner = 'gridcommand_app'::regrole) as owned,
       (select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = 'gridcommand_app') as is_mighty,
       exists (
           select from unnest(array['audit', 'incident_log', 'migration']) as recorded
           where has_table_privilege('gridcommand_app', recorded, 'update')
              or has_table_privilege('gridcommand_app', recorded, 'delete')
       ) as may_rewrite;
