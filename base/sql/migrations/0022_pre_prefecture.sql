-- What a worker was given today is counted for those an advice may name, not read through for everybody since ever.
create index assignment_worker on assignment (area_id, worker_id, assigned_at);

-- Who lives around a case is counted from the index alone: thousands of residents, of whom twenty are shown.
drop index person_address;
create index person_address on person (area_id, address_id) include (person_id, residence, born_on);
