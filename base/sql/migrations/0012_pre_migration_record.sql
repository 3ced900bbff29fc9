-- What was applied, and with which text, is the record of the schema: the small role reads it and does not write it.
comment on table migration is 'every migration applied to this database';
comment on column migration.checksum is 'SHA-256 of the file as it was applied, hexadecimal; a file that has another one now was edited';
revoke insert, update, delete on migration from gridcommand_app;
grant select on migration to gridcommand_app;
