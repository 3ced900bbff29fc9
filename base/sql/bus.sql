-- publish -- tell every listener, at commit, what changed
select pg_notify('gridcommand', %(payload)s);

-- listen -- hear every notice from now on
listen gridcommand;

-- alive -- find out whether the connection still stands
select 1;
