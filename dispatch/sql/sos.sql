-- calls -- the open calls for help of whom somebody may see, the oldest first; or one call, open or not
-- Where he is: his newest believable fix while the call is open; where he pressed before there is a newer fix, and again
-- once it has ended.
select sos.sos_id, sos.worker_id, worker.name, worker.phone, sos.raised_at, sos.pressed_at, sos.raised_by,
       st_x(place.geom) as lon, st_y(place.geom) as lat, place.seen_at, place.accuracy_m,
       acknowledged.at as acknowledged_at, acknowledged.by_account as acknowledged_by,
       acknowledged.by_role as acknowledged_role, acknowledged.note as acknowledged_note,
       ended.at as ended_at, ended.by_account as ended_by, ended.by_role as ended_role, ended.note as ended_note
from sos
join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
    on worker.area_id = sos.area_id and worker.worker_id = sos.worker_id
left join sos_answer acknowledged on acknowledged.area_id = sos.area_id and acknowledged.sos_id = sos.sos_id
    and acknowledged.what = 'acknowledged'
left join sos_answer ended on ended.area_id = sos.area_id and ended.sos_id = sos.sos_id and ended.what = 'ended'
left join position_latest latest on latest.area_id = sos.area_id and latest.worker_id = sos.worker_id
    and ended.at is null and (sos.geom is null or latest.recorded_at > sos.pressed_at)
cross join lateral (
    select coalesce(latest.geom, sos.geom) as geom,
           case when latest.geom is not null then latest.recorded_at
                when sos.geom is not null then sos.pressed_at end as seen_at,
           case when latest.geom is not null then latest.accuracy_m else sos.accuracy_m end as accuracy_m
) place
where sos.area_id = %(area_id)s
  and case when %(sos_id)s::uuid is null then ended.at is null else sos.sos_id = %(sos_id)s end
order by sos.raised_at, sos.sos_id;

-- open_call_of -- the open call for help of a worker
select sos_id from open_sos_v1(%(area_id)s) where worker_id = %(worker_id)s;

-- add_call -- keep a call for help; nothing when there is one of this id
insert into sos (area_id, sos_id, worker_id, raised_at, pressed_at, raised_by, geom, accuracy_m)
values (%(area_id)s, %(sos_id)s, %(worker_id)s, %(at)s, %(pressed_at)s, %(raised_by)s,
        st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), %(accuracy_m)s)
on conflict (area_id, sos_id) do nothing
returning sos_id;

-- worker_of_call -- whose call for help has this id
select worker_id from sos where area_id = %(area_id)s and sos_id = %(sos_id)s;

-- add_answer -- that a call was acknowledged or ended; no row when it was before
insert into sos_answer (area_id, sos_id, what, at, by_account, by_role, note)
values (%(area_id)s, %(sos_id)s, %(what)s, %(at)s, %(by_account)s, %(by_role)s, %(note)s)
on conflict (area_id, sos_id, what) do nothing
returning what;

-- note_look -- that the track of who calls is shown on a screen; no row when it was noted before
insert into sos_look (area_id, sos_id, screen, at) values (%(area_id)s, %(sos_id)s, %(screen)s, %(at)s)
on conflict (area_id, sos_id, screen) do nothing
returning screen;
