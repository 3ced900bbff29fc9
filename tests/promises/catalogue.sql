-- columns -- Every column of every table: type, default, whether it may be empty.
select table_name, column_name, udt_name, column_default, is_nullable
from information_schema.columns
where table_schema = 'public' and table_name not in ('geography_columns', 'geometry_columns', 'spatial_ref_sys');

-- constraints -- Every key, check and reference, in words (brackets left out: a second reading may set them otherwise).
select conrelid::regclass::text, conname, regexp_replace(pg_get_constraintdef(oid), '[() ]', '', 'g')
from pg_constraint
where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid::regclass::text <> 'spatial_ref_sys';

-- indexes -- Every index, in words.
select tablename, indexname, indexdef
from pg_indexes
where schemaname = 'public' and tablename <> 'spatial_ref_sys';

-- functions -- Every function of ours: arguments, source, whether it runs with its owner's rights.
select proname, pg_get_function_identity_arguments(p.oid), prosrc, prosecdef
from pg_proc p
where pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

-- rights -- What the small role may do, table by table.
select table_name, privilege_type
from information_schema.role_table_grants
where grantee = 'gridcommand_app' and table_schema = 'public'
    and table_name not in ('geography_columns', 'geometry_columns', 'spatial_ref_sys');

-- partitions -- Which table is a part of which.
select inhrelid::regclass::text, inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid)
from pg_inherits
join pg_class c on c.oid = inhrelid
where c.relkind = 'r';

-- comments -- What is said about tables, columns and functions of ours.
select classoid::regclass::text, coalesce(pg_describe_object(classoid, objoid, objsubid), ''), description
from pg_description d
where (classoid = 'pg_class'::regclass and objoid in (
           select oid from pg_class where relnamespace = 'public'::regnamespace)
       or classoid = 'pg_proc'::regclass and objoid in (
           select oid from pg_proc where pronamespace = 'public'::regnamespace))
    and not exists (select from pg_depend e where e.objid = d.objoid and e.classid = d.classoid and e.deptype = 'e');
