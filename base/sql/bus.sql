-- publish -- notify every listener, at commit, of what changed
select pg_notify('gridcommand', %(payload)s);

-- listen -- receive every notice from now on
listen gridcommand;

-- check_connection -- fails when the connection is lost
select 1;
