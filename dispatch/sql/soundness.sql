-- clocks -- the database's clock, and the newest moment our own clock has written in the area
select clock_timestamp() as database_now,
       greatest((select max(received_at) from position_latest where area_id = %(area_id)s),
                (select at from audit where area_id = %(area_id)s order by link_no desc limit 1)) as newest_stored;

-- row_counts -- how much there is in an area, to see whether a restored backup is whole
select (select count(*) from incident where area_id = %(area_id)s) as cases,
       (select count(*) from photo where area_id = %(area_id)s) as photos,
       (select max(link_no) from audit where area_id = %(area_id)s) as links;
