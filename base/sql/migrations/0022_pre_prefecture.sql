-- What a worker was given today is counted for those an advice may name, not read through for everybody since ever.
create index assignment_worker on assignment (area_id, worker_id, assigned_at);
