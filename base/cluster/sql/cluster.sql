-- database_exists -- whether the centre's database is there
select from pg_database where datname = 'gridcommand';

-- make_database -- the centre's database, owned by the role of the same name
create database gridcommand owner gridcommand;
