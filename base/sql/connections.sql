-- become_app -- act as the small role; UTC; no compiling, which takes longer than our statements; never wait for ever
select set_config('role', 'gridcommand_app', false),
       set_config('timezone', 'UTC', false),
       set_config('jit', 'off', false),
       set_config('statement_timeout', %(statement_ms)s::text, false),
       set_config('idle_in_transaction_session_timeout', %(idle_ms)s::text, false);

-- limit_statements -- how long each statement of this transaction may run
select set_config('statement_timeout', %(statement_ms)s::text, true);

-- let_app_in -- the small role may log in; who that is, pg_ident.conf tells
alter role gridcommand_app login;
