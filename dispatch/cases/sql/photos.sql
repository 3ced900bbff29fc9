-- add_photo -- keep a picture of a case; no row when its id is known
insert into photo (area_id, photo_id, case_no, received_at, sent_by, width, height, jpeg, moment, task_id)
values (%(area_id)s, %(photo_id)s, %(case_no)s, %(at)s, %(sent_by)s, %(width)s, %(height)s, %(jpeg)s, %(moment)s, (
    -- the open task it is about: his own who sends it, else the lead's
    select task_id from task
    where area_id = %(area_id)s and case_no = %(case_no)s and ended_at is null
      and (worker_id = %(own_worker)s::int or kind = 'lead')
    order by worker_id = %(own_worker)s::int desc nulls last limit 1))
on conflict (area_id, photo_id) do nothing
returning photo_id;

-- photo_of_id -- whose picture has this id, without its pixels
select photo_id, received_at, sent_by, width, height, case_no, moment from photo
where area_id = %(area_id)s and photo_id = %(photo_id)s;

-- photos_of_case -- the pictures of a case without their pixels, the first first
select photo_id, received_at, sent_by, width, height, case_no, moment from photo
where area_id = %(area_id)s and case_no = %(case_no)s order by received_at, photo_id;

-- photos_since -- how many pictures of what was done came for a case since a moment
select count(*) as photos from photo
where area_id = %(area_id)s and case_no = %(case_no)s and moment = 'after' and received_at >= %(since)s;

-- photo_by_id -- one picture of a case
select jpeg from photo where area_id = %(area_id)s and case_no = %(case_no)s and photo_id = %(photo_id)s;
