-- add_draft -- a ruling as a rule somebody may adopt
insert into routing_draft (area_id, draft_id, case_no, type_code, village_code, department_code, returned_by, ruled_by,
    ruled_at, note)
values (%(area_id)s, %(draft_id)s, %(case_no)s, %(type_code)s, %(village_code)s, %(department_code)s, %(returned_by)s,
    %(ruled_by)s, %(at)s, %(note)s);
