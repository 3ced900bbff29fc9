-- postgis_versions -- which PostGIS the server offers, and which one this database has
select default_version, installed_version from pg_available_extensions where name = 'postgis';

-- lock -- one migration at a time in a database
select pg_advisory_lock(%(lock)s);

-- make_record -- the record of what was applied
create table if not exists migration (name text primary key, applied_at timestamptz not null);

-- add_checksum -- databases of the first release have none
alter table migration add column if not exists checksum text;

-- has_checksum -- whether this database keeps checksums yet; no row: it is no database of ours
select count(*) filter (where attname = 'checksum') > 0
from pg_attribute where attrelid = to_regclass('migration') and attnum > 0
having count(*) > 0;

-- applied -- every migration applied, and the checksum of its text
select name, checksum from migration order by name;

-- applied_without_checksums -- the same, of a database of the first release
select name, null as checksum from migration order by name;

-- wait_shortly -- do not hold up a running centre behind a lock
set local lock_timeout = '4s';

-- note -- a migration was applied
insert into migration (name, applied_at, checksum) values (%(name)s, clock_timestamp(), %(checksum)s);

-- add_missing_checksum -- take the present text for the one that was applied before there were checksums
update migration set checksum = %(checksum)s where name = %(name)s and checksum is null;
