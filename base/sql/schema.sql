-- The whole schema as the migrations leave it, to be read in one piece. Written by `make schema`.
set check_function_bodies = false;
create extension if not exists postgis;

do $$ begin
    if not exists (select from pg_roles where rolname = 'gridcommand_app') then
        create role gridcommand_app nologin;
    end if;
    execute format('grant gridcommand_app to %I', current_user);
end $$;

CREATE FUNCTION public.audit_append_v1(p_area_id integer, p_at timestamp with time zone, p_actor text, p_role text, p_action text, p_object text, p_details jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    last_link audit;
    new_no bigint;
    last_hash bytea;
begin
    perform pg_advisory_xact_lock(hashtext('audit'), p_area_id);
    select * into last_link from audit where area_id = p_area_id order by link_no desc limit 1;
    new_no := coalesce(last_link.link_no, 0) + 1;
    last_hash := coalesce(last_link.hash, '\x'::bytea);
    insert into audit values (p_area_id, new_no, p_at, p_actor, p_role, p_action, p_object, p_details, last_hash,
        audit_hash_v1(p_area_id, new_no, p_at, p_actor, p_role, p_action, p_object, p_details, last_hash));
    return new_no;
end $$;

CREATE FUNCTION public.audit_hash_v1(p_area_id integer, p_link_no bigint, p_at timestamp with time zone, p_actor text, p_role text, p_action text, p_object text, p_details jsonb, p_previous bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    AS $$
    select sha256(p_previous || convert_to(jsonb_build_array(p_area_id, p_link_no,
        extract(epoch from p_at), p_actor, p_role, p_action, p_object, p_details)::text, 'UTF8'))
$$;

CREATE FUNCTION public.claim_state_v1(p_state text, p_case_state text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case
        when p_state = 'agreed' and not is_open_v1(p_case_state) and is_counted_v1(p_case_state) then 'done'
        else p_state
    end
$$;

COMMENT ON FUNCTION public.claim_state_v1(p_state text, p_case_state text) IS 'how a claim stands: one with a case is done when its case is closed; a case that turned out to be none leaves it agreed';

CREATE FUNCTION public.count_ground_v1() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    analyze address, person, house, rental_house, key_person, floating_resident, place, thing, camera, worker, division,
        road_node, road_edge, base_feature;
end $$;

CREATE FUNCTION public.counted_events_v2(p_area_id integer, p_since timestamp with time zone, p_until timestamp with time zone, p_now timestamp with time zone, p_by text) RETURNS TABLE(case_no text, key text, measure text, at timestamp with time zone, took_s double precision)
    LANGUAGE sql STABLE
    AS $$
    select event.case_no,
           coalesce(case p_by
               when 'type' then event.type_code when 'class' then left(event.type_code, 2)
               when 'grid' then event.grid_code when 'village' then event.village_code
               when 'department' then event.department_code when 'source' then event.source_channel
               when 'priority' then event.priority
               when 'day' then to_char(event.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')
               when 'hour' then to_char(event.at at time zone 'Asia/Shanghai', 'HH24') end, ''),
           event.measure, event.at, event.took_s
    from (
        -- when a round counts as a measure, null when it does not. Something is due by its deadline, or by its handling
        -- when that was earlier. One list of measures for all: a "values" of each case's own is three times slower.
        select i.case_no, i.type_code, i.grid_code, i.village_code, i.department_code, i.source_channel, i.priority,
               m.measure,
               case m.measure
                   when 'reported' then case when i.is_first then i.reported_at end
                   when 'accepted' then case when i.is_first then i.accepted_at end
                   when 'arrived' then i.arrived_at
                   when 'handled' then i.handled_at
                   when 'due' then case when i.is_due then least(i.due_at, i.handled_at) end
                   when 'on_time' then case when i.is_due and i.handled_at <= i.due_at then i.handled_at end
                   when 'late' then case when i.is_due and i.handled_at > i.due_at then i.due_at end
                   when 'overdue' then case when is_overdue_v2(i.next_due_at, p_now) then i.next_due_at end
                   when 'closed' then case when not i.is_open and i.is_counted then i.closed_at end
                   when 'open' then case when i.is_open then i.reported_at end
               end as at,
               case m.measure when 'arrived' then extract(epoch from i.arrived_at - i.dispatched_at)
                              when 'handled' then extract(epoch from i.handled_at - i.dispatched_at)
               end::double precision as took_s
        from (
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, c.priority,
                   c.state, c.reported_at, c.accepted_at, c.dispatched_at, c.arrived_at, c.handled_at, c.closed_at,
                   c.due_at, c.next_due_at, c.round = 1 as is_first, is_open_v1(c.state) as is_open,
                   is_counted_v1(coalesce(c.archived_from, c.state)) as is_counted,
                   c.due_at is not null and is_counted_v1(coalesce(c.archived_from, c.state)) as is_due
            from incident c
            where c.area_id = p_area_id and c.reported_at < p_until
              and (c.reported_at >= p_since or c.accepted_at >= p_since or c.handled_at >= p_since
                   or c.closed_at >= p_since or c.due_at >= p_since or is_open_v1(c.state))
            union all
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, r.priority,
                   'closed', c.reported_at, r.accepted_at, r.dispatched_at, r.arrived_at, r.handled_at, r.closed_at,
                   r.due_at, null, false, false, true, r.due_at is not null
            from case_round r
            join incident c on c.area_id = r.area_id and c.case_no = r.case_no
            where r.area_id = p_area_id and (r.closed_at >= p_since or r.due_at >= p_since)
            union all
            -- the report and the acceptance of a case that was opened again, which stand in its first round
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, c.priority,
                   'closed', c.reported_at, r.accepted_at, null, null, null, null, null, null, true, false, true, false
            from case_round r
            join incident c on c.area_id = r.area_id and c.case_no = r.case_no
            where r.area_id = p_area_id and r.round = 1
              and (c.reported_at >= p_since or r.accepted_at >= p_since)
        ) i
        cross join (values ('reported'), ('accepted'), ('arrived'), ('handled'), ('due'), ('on_time'), ('late'),
                           ('overdue'), ('closed'), ('open')) m (measure)
        union all
        -- each check that failed: said of what was handled, and the case went on
        select i.case_no, i.type_code, i.grid_code, i.village_code, i.department_code, i.source_channel, i.priority,
               'reworked', l.at, null
        from incident i
        join incident_log l on l.area_id = i.area_id and l.case_no = i.case_no
        where i.area_id = p_area_id and i.reported_at < p_until and i.rework_count > 0
          and l.verb in ('verify', 'rework') and is_open_v1(l.to_state)
    ) event
    where event.at < p_until and (event.at >= p_since or event.measure = 'open')
$$;

COMMENT ON FUNCTION public.counted_events_v2(p_area_id integer, p_since timestamp with time zone, p_until timestamp with time zone, p_now timestamp with time zone, p_by text) IS 'due (应处置): deadline in the period, or handled in it before a later deadline; overdue (超期): a clock of the case is past now, by when it ran out; reworked (返工): each check that failed; closed: not the rejected and cancelled; open: not ended now, by the day it was reported; each round of a case that was opened again counts';

CREATE FUNCTION public.grid_of_point_v1(p_area_id integer, p_point public.geometry, p_tolerance_m double precision) RETURNS TABLE(grid_code text, grid_name text, village_code text, village_name text, micro_grid_code text, distance_m double precision, neighbour_code text, neighbour_name text, neighbour_village_name text)
    LANGUAGE sql STABLE
    AS $$
    with near as materialized (
        -- Grids and micro-grids in one look at the index. Each outline is unpacked once for its distance in degrees, and
        -- only those so near are measured; 0.00004 degrees are over a metre up to 75 degrees of latitude.
        select d.code, d.name, d.parent_code, d.level,
               case when away.deg = 0 then 0.0
                    when away.deg <= p_tolerance_m * 0.00004 then metres_to_shape_v1(d.geom, p_point) end as distance_m
        from division d cross join lateral (select st_distance(d.geom, p_point) as deg offset 0) away
        where d.area_id = p_area_id and d.valid_to is null and d.level in ('grid', 'micro_grid')
          and d.geom && st_expand(p_point, p_tolerance_m * 0.00004)
    ), owner as (
        select *, row_number() over (order by distance_m, code) as place
        from near where level = 'grid' and distance_m <= p_tolerance_m
    )
    select grid.code, grid.name, village.code, village.name,
           -- only of the grid chosen: nearer micro-grids of the neighbour do not count
           (select micro.code from near micro
            where micro.level = 'micro_grid' and micro.parent_code = grid.code
            order by micro.distance_m, micro.code limit 1),
           grid.distance_m, neighbour.code, neighbour.name, beside.name
    from owner grid
    left join division village on village.area_id = p_area_id and village.code = grid.parent_code
        and village.level = 'village' and village.valid_to is null
    left join owner neighbour on neighbour.place = 2
    left join division beside on beside.area_id = p_area_id and beside.code = neighbour.parent_code
        and beside.level = 'village' and beside.valid_to is null
    where grid.place = 1
$$;

CREATE FUNCTION public.is_active_task_v1(p_state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p_state in ('sent', 'signed', 'under_way', 'on_scene', 'working')
$$;

COMMENT ON FUNCTION public.is_active_task_v1(p_state text) IS 'whether a task binds its worker; written as the condition of the index one_active_task_per_worker';

CREATE FUNCTION public.is_counted_v1(p_state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p_state not in ('rejected', 'merged', 'cancelled')
$$;

COMMENT ON FUNCTION public.is_counted_v1(p_state text) IS 'whether the figures count it as a case of its own';

CREATE FUNCTION public.is_in_hand_v1(p_state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p_state in ('dispatched', 'received', 'on_scene', 'handling')
$$;

COMMENT ON FUNCTION public.is_in_hand_v1(p_state text) IS 'whether somebody was sent and has not answered yet';

CREATE FUNCTION public.is_open_v1(p_state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p_state not in ('closed', 'archived', 'rejected', 'merged', 'cancelled')
$$;

COMMENT ON FUNCTION public.is_open_v1(p_state text) IS 'whether something is still to be done; written as the condition of the index incident_open';

CREATE FUNCTION public.is_overdue_v2(p_next_due_at timestamp with time zone, p_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(p_next_due_at < p_at, false)
$$;

COMMENT ON FUNCTION public.is_overdue_v2(p_next_due_at timestamp with time zone, p_at timestamp with time zone) IS 'overdue (超期): any running clock of the case is past its due time';

CREATE FUNCTION public.metres_between_v1(p_lon double precision, p_lat double precision, p_other_lon double precision, p_other_lat double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    -- The cosine of the latitudes' sum is that of twice the latitude half-way. It is written out three times because a
    -- function of one expression is copied into the statement that calls it, and one with variables is not.
    select 6378137.0 * sqrt((
        power(radians(p_other_lon - p_lon), 2) * (1 + cos(radians(p_lat + p_other_lat))) / 2
        + power(radians(p_other_lat - p_lat) * (1 - 6.69437999014e-3)
            / (1 - 6.69437999014e-3 * (1 - cos(radians(p_lat + p_other_lat))) / 2), 2)
        ) / (1 - 6.69437999014e-3 * (1 - cos(radians(p_lat + p_other_lat))) / 2))
$$;

CREATE FUNCTION public.metres_to_shape_v1(p_shape public.geometry, p_point public.geometry) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select st_distance(p_shape::geography, p_point::geography)
$$;

CREATE FUNCTION public.open_duty_v1(p_area_id integer) RETURNS TABLE(area_id integer, worker_id integer, duty_id uuid, status text)
    LANGUAGE sql STABLE
    AS $$
    select d.area_id, d.worker_id, d.duty_id,
           case when exists (select from open_sos_v1(p_area_id) s where s.worker_id = d.worker_id)
                then 'sos' else d.status end
    from duty d
    where d.area_id = p_area_id and d.ended_at is null
$$;

COMMENT ON FUNCTION public.open_duty_v1(p_area_id integer) IS 'who is on duty, and as what: what he said, or that he calls for help';

CREATE TABLE public.sos (
    area_id integer NOT NULL,
    sos_id uuid NOT NULL,
    worker_id integer NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    pressed_at timestamp with time zone NOT NULL,
    raised_by text NOT NULL,
    geom public.geometry(Point,4326),
    accuracy_m real,
    CONSTRAINT sos_accuracy_m_check CHECK ((accuracy_m >= (0)::double precision))
);

COMMENT ON TABLE public.sos IS 'calls for help; one is open until sos_answer has its end';

COMMENT ON COLUMN public.sos.raised_at IS 'by the centre''s clock, when it was taken';

COMMENT ON COLUMN public.sos.pressed_at IS 'by the phone''s clock, when it was pressed; never after raised_at';

CREATE FUNCTION public.open_sos_v1(p_area_id integer) RETURNS SETOF public.sos
    LANGUAGE sql STABLE
    AS $$
    select s.* from sos s
    where s.area_id = p_area_id
      and not exists (select from sos_answer a
                      where a.area_id = p_area_id and a.sos_id = s.sos_id and a.what = 'ended')
$$;

COMMENT ON FUNCTION public.open_sos_v1(p_area_id integer) IS 'the calls for help that nobody has ended';

CREATE FUNCTION public.position_day_v1(day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    partition_name text := 'position_' || to_char(day, 'YYYYMMDD');
    day_from timestamptz := day::timestamp at time zone 'Asia/Shanghai';
    day_to timestamptz := (day + 1)::timestamp at time zone 'Asia/Shanghai';
begin
    perform pg_advisory_xact_lock(hashtext('position_day'), to_char(day, 'YYYYMMDD')::integer);
    if to_regclass(partition_name) is not null then
        return false;
    end if;
    execute format('create table %I (like position including defaults including constraints)', partition_name);
    execute format('with waiting as (delete from position_other where recorded_at >= %L and recorded_at < %L '
        'returning *) insert into %I select * from waiting', day_from, day_to, partition_name);
    execute format('alter table position attach partition %I for values from (%L) to (%L)',
        partition_name, day_from, day_to);
    return true;
end $$;

CREATE TABLE public.incident (
    area_id integer NOT NULL,
    case_no text NOT NULL,
    client_id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    state text NOT NULL,
    source_channel text NOT NULL,
    description text NOT NULL,
    type_code text NOT NULL,
    priority text NOT NULL,
    department_code text NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    datum text NOT NULL,
    given_lon double precision NOT NULL,
    given_lat double precision NOT NULL,
    grid_code text,
    village_code text,
    address_text text DEFAULT ''::text NOT NULL,
    reporter_name text DEFAULT ''::text NOT NULL,
    reporter_phone text DEFAULT ''::text NOT NULL,
    reported_by text NOT NULL,
    rework_count integer DEFAULT 0 NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    dispatched_at timestamp with time zone,
    signed_at timestamp with time zone,
    arrived_at timestamp with time zone,
    handled_at timestamp with time zone,
    closed_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    next_stage text,
    next_started_at timestamp with time zone,
    next_due_at timestamp with time zone,
    answer_due_at timestamp with time zone,
    supervised_at timestamp with time zone,
    suspended_until timestamp with time zone,
    extension_until timestamp with time zone,
    extended_count integer DEFAULT 0 NOT NULL,
    parent_case text,
    level smallint DEFAULT 1 NOT NULL,
    round smallint DEFAULT 1 NOT NULL,
    satisfied boolean,
    score smallint,
    rated_at timestamp with time zone,
    rated_by text,
    needs_call_back boolean DEFAULT false NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    archived_from text,
    raised_count integer DEFAULT 0 NOT NULL,
    raised_at timestamp with time zone,
    returned_count integer DEFAULT 0 NOT NULL,
    ruling_wanted_at timestamp with time zone,
    ruled_at timestamp with time zone,
    support_asked_at timestamp with time zone,
    objected_at timestamp with time zone,
    CONSTRAINT incident_acknowledged_by_somebody CHECK (((acknowledged_at IS NULL) = (acknowledged_by IS NULL))),
    CONSTRAINT incident_archived_from_a_state CHECK (((archived_from IS NULL) OR (state = 'archived'::text))),
    CONSTRAINT incident_case_no_check CHECK ((case_no ~ '^[A-Z]{2}[0-9]{10,16}$'::text)),
    CONSTRAINT incident_datum_check CHECK ((datum = ANY (ARRAY['wgs84'::text, 'cgcs2000'::text, 'gcj02'::text, 'bd09'::text]))),
    CONSTRAINT incident_description_check CHECK (((length(description) >= 1) AND (length(description) <= 4000))),
    CONSTRAINT incident_is_not_its_own_parent CHECK ((parent_case <> case_no)),
    CONSTRAINT incident_level_check CHECK (((level >= 0) AND (level <= 4))),
    CONSTRAINT incident_next_due_whole CHECK ((num_nulls(next_stage, next_started_at, next_due_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT incident_priority_check CHECK ((priority = ANY (ARRAY['P1'::text, 'P2'::text, 'P3'::text, 'P4'::text]))),
    CONSTRAINT incident_rated_at_once CHECK ((((satisfied IS NULL) = (rated_at IS NULL)) AND ((rated_at IS NULL) = (rated_by IS NULL)))),
    CONSTRAINT incident_returned_count_check CHECK ((returned_count >= 0)),
    CONSTRAINT incident_round_check CHECK ((round > 0)),
    CONSTRAINT incident_score_check CHECK (((score >= 1) AND (score <= 5))),
    CONSTRAINT incident_source_channel_check CHECK ((source_channel = ANY (ARRAY['grid_patrol'::text, 'citizen_app'::text, 'hotline_12345'::text, 'phone'::text, 'visit'::text, 'consult'::text, 'complaint'::text, 'video'::text, 'sensor'::text, 'police_110'::text, 'upper'::text, 'media'::text, 'dept'::text, 'satellite'::text, 'uav'::text]))),
    CONSTRAINT incident_state_check CHECK ((state = ANY (ARRAY['reported'::text, 'checking'::text, 'accepted'::text, 'dispatched'::text, 'received'::text, 'on_scene'::text, 'handling'::text, 'suspended'::text, 'handled'::text, 'verifying'::text, 'closed'::text, 'archived'::text, 'rejected'::text, 'self_handled'::text, 'merged'::text, 'cancelled'::text])))
);

COMMENT ON COLUMN public.incident.client_id IS 'made by who reports; with reported_by: the same id by the same account is one case';

COMMENT ON COLUMN public.incident.version IS 'raised by every verb; an older one seen on a screen is out of date';

COMMENT ON COLUMN public.incident.updated_at IS 'when its state, or who leads, last changed; the clock of the present step runs from it';

COMMENT ON COLUMN public.incident.next_due_at IS 'the first of its running clocks to run out; overdue (超期) when past';

COMMENT ON COLUMN public.incident.extension_until IS 'the extension that is asked for, until it is decided';

COMMENT ON COLUMN public.incident.level IS 'how far up the ladder it is: 0 micro-grid, 1 grid, 2 village, 3 town, 4 county';

COMMENT ON COLUMN public.incident.round IS 'how often it was taken up: a case that is opened again begins the next';

COMMENT ON COLUMN public.incident.satisfied IS 'what the reporter said of this round''s handling; null: not asked yet';

COMMENT ON COLUMN public.incident.archived_from IS 'the end it had before it was put away, which the figures count';

COMMENT ON COLUMN public.incident.raised_count IS 'how often a P1 that nobody answered was raised again; wall and console sound anew';

COMMENT ON COLUMN public.incident.returned_count IS 'how often who was to lead it sent it back (退回, ping-pong)';

COMMENT ON COLUMN public.incident.ruling_wanted_at IS 'since when it waits for the shift leader to say whose it is; null: it does not';

COMMENT ON COLUMN public.incident.ruled_at IS 'when the shift leader said whose it is: from then on nobody returns it';

COMMENT ON COLUMN public.incident.support_asked_at IS 'since when who has it asks for others; null: he does not, or somebody was sent';

COMMENT ON COLUMN public.incident.objected_at IS 'when who has it last objected to its being his (先办后议); null: nobody does';

CREATE FUNCTION public.readable_cases_v2(p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text) RETURNS SETOF public.incident
    LANGUAGE sql STABLE
    AS $$
    select i.* from incident i
    where i.area_id = p_area_id
      and (p_all or i.reported_by = p_account or i.department_code = p_department_code
           or i.grid_code = (select w.grid_code from worker w
                             where w.area_id = p_area_id and w.worker_id = p_worker_id)
           or exists (select from task t
                      where t.area_id = p_area_id and t.case_no = i.case_no
                        and (t.worker_id = p_worker_id or t.department_code = p_department_code)))
$$;

COMMENT ON FUNCTION public.readable_cases_v2(p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text) IS 'own cases: reported by the account, of its department, of its worker''s grid, or once given to its worker or department';

CREATE FUNCTION public.readable_cases_v3(p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text, p_village_code text, p_from_level integer) RETURNS SETOF public.incident
    LANGUAGE sql STABLE
    AS $$
    select i.* from incident i
    where i.area_id = p_area_id
      and (p_all or i.reported_by = p_account or i.department_code = p_department_code
           or i.village_code = p_village_code or i.level >= p_from_level
           or i.grid_code = (select w.grid_code from worker w
                             where w.area_id = p_area_id and w.worker_id = p_worker_id)
           or exists (select from task t
                      where t.area_id = p_area_id and t.case_no = i.case_no
                        and (t.worker_id = p_worker_id or t.department_code = p_department_code)))
$$;

COMMENT ON FUNCTION public.readable_cases_v3(p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text, p_village_code text, p_from_level integer) IS 'own cases: reported by the account, of its department, its village or its worker''s grid, as high up the ladder, or once given to its worker or department';

CREATE TABLE public.worker (
    area_id integer NOT NULL,
    worker_id integer NOT NULL,
    name text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    grid_code text,
    department_code text,
    skills text[] DEFAULT '{}'::text[] NOT NULL,
    mode text DEFAULT 'foot'::text NOT NULL,
    shift text DEFAULT 'day'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    card_no text,
    card_issuer text,
    card_from date,
    card_to date,
    CONSTRAINT worker_card_has_days CHECK ((card_from <= card_to)),
    CONSTRAINT worker_card_is_a_skill CHECK (((card_no IS NULL) OR ('law_enforcement'::text = ANY (skills)))),
    CONSTRAINT worker_card_is_whole CHECK ((num_nonnulls(card_no, card_issuer, card_from, card_to) = ANY (ARRAY[0, 4]))),
    CONSTRAINT worker_mode_check CHECK ((mode = ANY (ARRAY['foot'::text, 'ebike'::text, 'car'::text]))),
    CONSTRAINT worker_role_check CHECK ((role = ANY (ARRAY['grid_worker'::text, 'parttime_worker'::text, 'micro_leader'::text, 'grid_leader'::text, 'grid_mentor'::text, 'dept_handler'::text, 'dept_leader'::text]))),
    CONSTRAINT worker_shift_check CHECK ((shift = ANY (ARRAY['day'::text, 'evening'::text, 'night'::text]))),
    CONSTRAINT worker_worker_id_check CHECK (((worker_id >= 1) AND (worker_id <= 65535)))
);

COMMENT ON COLUMN public.worker.mode IS 'how the worker moves; decides speed and which roads are open';

COMMENT ON COLUMN public.worker.card_no IS 'of the enforcement card (执法证); who has one has the skill law_enforcement too';

CREATE FUNCTION public.readable_workers_v1(p_area_id integer, p_all boolean, p_worker_id integer, p_department_code text) RETURNS SETOF public.worker
    LANGUAGE sql STABLE
    AS $$
    select w.* from worker w
    where w.area_id = p_area_id
      and (p_all or w.worker_id = p_worker_id or w.department_code = p_department_code)
$$;

COMMENT ON FUNCTION public.readable_workers_v1(p_area_id integer, p_all boolean, p_worker_id integer, p_department_code text) IS 'where somebody is or went, and who: everybody, or one''s own department, or oneself';

CREATE FUNCTION public.stage_v1(p_state text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case
        when p_state in ('reported', 'checking', 'accepted') then 'waiting'
        when p_state in ('dispatched', 'received') then 'on_the_way'
        when p_state in ('on_scene', 'handling') then 'at_work'
        when p_state in ('suspended') then 'paused'
        when p_state in ('handled', 'verifying', 'self_handled') then 'to_verify'
        when p_state in ('closed', 'archived', 'rejected', 'merged', 'cancelled') then 'ended'
    end
$$;

COMMENT ON FUNCTION public.stage_v1(p_state text) IS 'how far a case in this state is';

CREATE FUNCTION public.standing_spots_v1(p_area_id integer, p_spots text, p_kinds text[]) RETURNS TABLE(grid_code text, spot_id integer, spot_name text)
    LANGUAGE sql STABLE
    AS $$
    select d.code, 0, d.name from division d
    where d.area_id = p_area_id and p_spots = 'grid' and d.level = 'grid' and d.valid_to is null
    union all
    select p.grid_code, p.place_id, p.name from place p
    where p.area_id = p_area_id and p_spots = 'place' and p.layer = 'key_place' and p.grid_code is not null
      and (p_kinds = '{}' or p.kind = any(p_kinds))
    union all
    select a.grid_code, r.house_id, a.full_text from rental_house r
    join house h on h.area_id = r.area_id and h.house_id = r.house_id
    join address a on a.area_id = h.area_id and a.address_id = h.address_id
    where r.area_id = p_area_id and p_spots = 'home' and a.grid_code is not null
      and (p_kinds = '{}' or r.grade = any(p_kinds))
$$;

COMMENT ON FUNCTION public.standing_spots_v1(p_area_id integer, p_spots text, p_kinds text[]) IS 'where a standing duty is done: each grid, each key place, each rented home, of these kinds';

CREATE TABLE public.account (
    area_id integer NOT NULL,
    account text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    worker_id integer,
    department_code text,
    is_disabled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    village_code text,
    CONSTRAINT account_account_check CHECK ((account ~ '^[a-z][a-z0-9_]{1,30}$'::text))
);

COMMENT ON COLUMN public.account.area_id IS '0: the account serves every area of this centre';

COMMENT ON COLUMN public.account.village_code IS 'the village whose cases a village''s account reads; a grid leader''s is that of his grid';

CREATE TABLE public.address (
    area_id integer NOT NULL,
    address_id integer NOT NULL,
    parent_id integer,
    level text NOT NULL,
    name text NOT NULL,
    full_text text NOT NULL,
    grid_code text NOT NULL,
    micro_grid_code text NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    CONSTRAINT address_level_check CHECK ((level = ANY (ARRAY['building'::text, 'unit'::text, 'room'::text]))),
    CONSTRAINT only_buildings_have_no_parent CHECK (((level = 'building'::text) = (parent_id IS NULL)))
);

CREATE TABLE public.api_token (
    area_id integer NOT NULL,
    token_hash bytea NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    worker_id integer,
    department_code text,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    village_code text
);

COMMENT ON COLUMN public.api_token.name IS 'who the token is: used once, never given to another token';

CREATE TABLE public.area (
    area_id integer NOT NULL,
    name text NOT NULL,
    case_prefix text NOT NULL,
    is_demo boolean DEFAULT false NOT NULL,
    is_served boolean DEFAULT false NOT NULL,
    srid_m integer NOT NULL,
    centre public.geometry(Point,4326) NOT NULL,
    extent public.geometry(Polygon,4326) NOT NULL,
    attribution text NOT NULL,
    map_approval_no text DEFAULT ''::text NOT NULL,
    map_version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT area_area_id_check CHECK (((area_id >= 100000) AND (area_id <= 999999))),
    CONSTRAINT area_case_prefix_check CHECK ((case_prefix ~ '^[A-Z]{2}$'::text))
);

COMMENT ON COLUMN public.area.srid_m IS 'EPSG code of the plane metres are measured in (4549 in Jiaxing)';

COMMENT ON COLUMN public.area.map_version IS 'raised by every import, so that running centres read roads and tiles again';

CREATE TABLE public.audit (
    area_id integer NOT NULL,
    link_no bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.base_feature (
    area_id integer NOT NULL,
    feature_id integer NOT NULL,
    layer text NOT NULL,
    kind text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    min_zoom smallint NOT NULL,
    geom public.geometry(Geometry,3857) NOT NULL,
    CONSTRAINT base_feature_layer_check CHECK ((layer = ANY (ARRAY['land'::text, 'water'::text, 'buildings'::text, 'roads'::text, 'places'::text])))
);

COMMENT ON COLUMN public.base_feature.min_zoom IS 'the first zoom at which a tile holds the feature';

CREATE TABLE public.calendar_day (
    area_id integer NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    CONSTRAINT calendar_day_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'workday'::text])))
);

COMMENT ON TABLE public.calendar_day IS 'days that break the week, by loaded years; of a year that is not here holidays.csv holds';

CREATE TABLE public.camera (
    area_id integer NOT NULL,
    camera_id integer NOT NULL,
    gb28181_id text NOT NULL,
    name text NOT NULL,
    heading_deg real NOT NULL,
    fov_deg real NOT NULL,
    range_m real NOT NULL,
    state text DEFAULT 'ok'::text NOT NULL,
    stream_url text DEFAULT ''::text NOT NULL,
    grid_code text,
    geom public.geometry(Point,4326) NOT NULL,
    CONSTRAINT camera_fov_deg_check CHECK (((fov_deg > (0)::double precision) AND (fov_deg <= (360)::double precision))),
    CONSTRAINT camera_gb28181_id_check CHECK ((gb28181_id ~ '^[0-9]{20}$'::text)),
    CONSTRAINT camera_heading_deg_check CHECK (((heading_deg >= (0)::double precision) AND (heading_deg < (360)::double precision))),
    CONSTRAINT camera_range_m_check CHECK ((range_m > (0)::double precision)),
    CONSTRAINT camera_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'fault'::text])))
);

CREATE TABLE public.case_counter (
    area_id integer NOT NULL,
    day date NOT NULL,
    last_number integer NOT NULL
);

CREATE TABLE public.case_plan (
    area_id integer NOT NULL,
    case_no text NOT NULL,
    type_prefix text NOT NULL,
    taken_by text NOT NULL,
    taken_at timestamp with time zone NOT NULL
);

CREATE TABLE public.case_plan_step (
    area_id integer NOT NULL,
    case_no text NOT NULL,
    step_no smallint NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    ticked_by text,
    ticked_at timestamp with time zone,
    said text DEFAULT ''::text NOT NULL,
    CONSTRAINT case_plan_step_ticked_by_somebody CHECK (((ticked_by IS NULL) = (ticked_at IS NULL)))
);

COMMENT ON TABLE public.case_plan_step IS 'the steps as they were when the plan was taken; said: of a call, what was said';

CREATE TABLE public.case_round (
    area_id integer NOT NULL,
    case_no text NOT NULL,
    round smallint NOT NULL,
    priority text NOT NULL,
    accepted_at timestamp with time zone,
    dispatched_at timestamp with time zone,
    arrived_at timestamp with time zone,
    handled_at timestamp with time zone,
    due_at timestamp with time zone,
    closed_at timestamp with time zone NOT NULL,
    satisfied boolean,
    score smallint,
    rated_at timestamp with time zone
);

CREATE TABLE public.clock (
    area_id integer NOT NULL,
    clock_id uuid NOT NULL,
    case_no text NOT NULL,
    task_id uuid,
    stage text NOT NULL,
    basis text NOT NULL,
    limit_amount double precision,
    limit_unit text,
    started_at timestamp with time zone NOT NULL,
    first_due_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    ended_at timestamp with time zone,
    paused_since timestamp with time zone,
    pauses tstzmultirange DEFAULT '{}'::tstzmultirange NOT NULL,
    act_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT clock_answers_have_a_basis CHECK (((stage = 'answer'::text) = (basis = ANY (ARRAY['supervise'::text, 'urge'::text])))),
    CONSTRAINT clock_basis_check CHECK ((basis = ANY (ARRAY['priority'::text, 'type'::text, 'check'::text, 'rework'::text, 'earlier'::text, 'supervise'::text, 'urge'::text, 'whistle'::text]))),
    CONSTRAINT clock_ends_with_its_state CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['running'::text, 'paused'::text])))),
    CONSTRAINT clock_has_whole_limit CHECK (((limit_amount IS NULL) = (limit_unit IS NULL))),
    CONSTRAINT clock_limit_amount_check CHECK ((limit_amount > (0)::double precision)),
    CONSTRAINT clock_limit_unit_check CHECK ((limit_unit = ANY (ARRAY['minute'::text, 'hour'::text, 'work_hour'::text, 'work_day'::text]))),
    CONSTRAINT clock_stage_check CHECK ((stage = ANY (ARRAY['accept'::text, 'dispatch'::text, 'sign'::text, 'arrive'::text, 'handle'::text, 'verify'::text, 'answer'::text, 'meet'::text]))),
    CONSTRAINT clock_stands_since CHECK (((paused_since IS NULL) = (state <> 'paused'::text))),
    CONSTRAINT clock_state_check CHECK ((state = ANY (ARRAY['running'::text, 'kept'::text, 'missed'::text, 'paused'::text, 'void'::text])))
);

COMMENT ON TABLE public.clock IS 'how long a step may take: kept or missed, paused with the case, void when it is not awaited any more';

COMMENT ON COLUMN public.clock.basis IS 'where the limit comes from; earlier: a deadline set before clocks were kept';

COMMENT ON COLUMN public.clock.first_due_at IS 'what the limit made of the start; pauses and extensions make due_at of it';

COMMENT ON COLUMN public.clock.act_at IS 'when something is next to be done about it while it runs; -infinity: to be looked at, after every step of the case';

CREATE TABLE public.clock_act (
    area_id integer NOT NULL,
    clock_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    act text NOT NULL,
    at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.clock_act IS 'what a clock has done by itself: each act once for each due time, whoever is sent, whatever the machine''s clock does';

CREATE TABLE public.competence_item (
    area_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    law text NOT NULL,
    type_prefix text NOT NULL,
    departments text[] NOT NULL,
    card text NOT NULL,
    holders smallint NOT NULL,
    CONSTRAINT competence_item_card_check CHECK ((card = ANY (ARRAY['none'::text, 'act'::text, 'lead'::text]))),
    CONSTRAINT competence_item_code_check CHECK ((code ~ '^[0-9A-Za-z-]{1,40}$'::text)),
    CONSTRAINT competence_item_departments_check CHECK ((cardinality(departments) > 0)),
    CONSTRAINT competence_item_holders CHECK ((((card = 'none'::text) AND (holders = 0)) OR ((card <> 'none'::text) AND (holders = ANY (ARRAY[1, 2]))))),
    CONSTRAINT competence_item_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT competence_item_type_prefix_check CHECK ((type_prefix ~ '^[0-9]{2}([0-9]{2})?$'::text))
);

COMMENT ON TABLE public.competence_item IS 'what a town has loaded; a town without a list has no rule of competence';

COMMENT ON COLUMN public.competence_item.card IS 'none: needed by nobody; act: by who inspects or fines; lead: by who leads the case too';

COMMENT ON COLUMN public.competence_item.holders IS 'card holders who act together';

CREATE TABLE public.contact (
    area_id integer NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    post text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    language text DEFAULT 'zh'::text NOT NULL,
    place_in_line smallint DEFAULT 1 NOT NULL,
    CONSTRAINT contact_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'worker'::text, 'department'::text]))),
    CONSTRAINT contact_language_check CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT contact_place_in_line_check CHECK ((place_in_line > 0)),
    CONSTRAINT contact_post_check CHECK ((post = ANY (ARRAY[''::text, 'responsible_leader'::text])))
);

COMMENT ON TABLE public.contact IS 'how somebody is reached, where the tables of workers and departments do not say it';

COMMENT ON COLUMN public.contact.post IS 'responsible_leader 分管领导: told of every P1';

COMMENT ON COLUMN public.contact.place_in_line IS 'of several who hold a post: 1 is told at once, the next when nobody has answered';

CREATE TABLE public.department (
    area_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    geom public.geometry(Point,4326),
    CONSTRAINT department_code_check CHECK ((code ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT department_kind_check CHECK ((kind = ANY (ARRAY['platform'::text, 'line'::text])))
);

CREATE TABLE public.district_unit (
    area_id integer NOT NULL,
    unit_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    village_code text,
    department_code text,
    contact_name text DEFAULT ''::text NOT NULL,
    contact_phone text DEFAULT ''::text NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    CONSTRAINT district_unit_kind_check CHECK ((kind = ANY (ARRAY['community'::text, 'public'::text, 'school'::text, 'medical'::text, 'enterprise'::text, 'shop'::text, 'social'::text]))),
    CONSTRAINT district_unit_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT district_unit_unit_code_check CHECK ((unit_code ~ '^[A-Za-z0-9_-]{1,20}$'::text))
);

COMMENT ON TABLE public.district_unit IS 'who takes part: communities, departments, schools, firms ...; spoken for by its village, its department or the shift leader';

CREATE TABLE public.division (
    area_id integer NOT NULL,
    code text NOT NULL,
    level text NOT NULL,
    kind text DEFAULT 'general'::text NOT NULL,
    name text NOT NULL,
    parent_code text,
    households integer DEFAULT 0 NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    label public.geometry(Point,4326) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT division_code_has_level_length CHECK (((((((level = 'town'::text) AND (length(code) = 9)) OR ((level = 'village'::text) AND (length(code) = 12))) OR ((level = 'grid'::text) AND (length(code) = 15))) OR ((level = 'micro_grid'::text) AND (length(code) = 17))) AND (code ~ '^[0-9]+$'::text))),
    CONSTRAINT division_households_check CHECK ((households >= 0)),
    CONSTRAINT division_level_check CHECK ((level = ANY (ARRAY['town'::text, 'village'::text, 'grid'::text, 'micro_grid'::text]))),
    CONSTRAINT division_parent_is_prefix CHECK (((level = 'town'::text) OR ((parent_code IS NOT NULL) AND starts_with(code, parent_code))))
);

COMMENT ON COLUMN public.division.kind IS 'village level: community or village; grid level: general or dedicated';

CREATE TABLE public.duty (
    area_id integer NOT NULL,
    worker_id integer NOT NULL,
    duty_id uuid NOT NULL,
    status text DEFAULT 'on_duty_idle'::text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT duty_ends_after_start CHECK (((ended_at IS NULL) OR (ended_at >= started_at))),
    CONSTRAINT duty_status_check CHECK ((status = ANY (ARRAY['on_duty_idle'::text, 'patrolling'::text, 'break'::text, 'sos'::text])))
);

CREATE TABLE public.duty_write (
    area_id integer NOT NULL,
    account text NOT NULL,
    write_id uuid NOT NULL,
    worker_id integer NOT NULL,
    at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.duty_write IS 'changes of duty taken so far: one that comes again, or late, changes nothing';

CREATE TABLE public.extension (
    area_id integer NOT NULL,
    extension_id uuid NOT NULL,
    case_no text NOT NULL,
    clock_id uuid NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL,
    due_before timestamp with time zone NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    decision text,
    CONSTRAINT extension_decision_check CHECK ((decision = ANY (ARRAY['granted'::text, 'refused'::text, 'lapsed'::text]))),
    CONSTRAINT extension_is_decided_whole CHECK ((num_nulls(decided_by, decided_at, decision) = ANY (ARRAY[0, 3]))),
    CONSTRAINT extension_is_later CHECK ((until > due_before))
);

CREATE TABLE public.fix_refusal (
    area_id integer NOT NULL,
    day date NOT NULL,
    worker_id integer NOT NULL,
    source text NOT NULL,
    code text NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT fix_refusal_count_check CHECK ((count > 0)),
    CONSTRAINT fix_refusal_worker_id_check CHECK (((worker_id >= 0) AND (worker_id <= 65535)))
);

COMMENT ON COLUMN public.fix_refusal.day IS 'of arrival, in the town''s time';

COMMENT ON COLUMN public.fix_refusal.worker_id IS 'whose fix it was as the request says it; 0 where it does not say';

CREATE TABLE public.floating_resident (
    area_id integer NOT NULL,
    person_id integer NOT NULL,
    reason text NOT NULL,
    permit_kind text NOT NULL,
    registered_on date NOT NULL,
    expires_on date NOT NULL
);

CREATE TABLE public.handover (
    area_id integer NOT NULL,
    handover_id uuid NOT NULL,
    opened_by text NOT NULL,
    opened_role text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    sheet jsonb NOT NULL,
    gathered_at timestamp with time zone NOT NULL,
    outgoing_signed_at timestamp with time zone,
    incoming_by text,
    incoming_role text,
    incoming_signed_at timestamp with time zone,
    changes jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT handover_incoming_is_whole CHECK ((num_nulls(incoming_by, incoming_role, incoming_signed_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT handover_is_signed_by_two CHECK ((incoming_by <> opened_by)),
    CONSTRAINT handover_outgoing_signs_first CHECK (((incoming_signed_at IS NULL) OR (outgoing_signed_at IS NOT NULL)))
);

COMMENT ON TABLE public.handover IS 'hand-overs of a shift; signed by both it is changed no more';

COMMENT ON COLUMN public.handover.version IS 'raised whenever the sheet is gathered anew: who signs says which one he has read';

COMMENT ON COLUMN public.handover.sheet IS 'its lines as codes and values, as they were at gathered_at';

COMMENT ON COLUMN public.handover.changes IS 'what had become otherwise between gathered_at and the second signature';

CREATE TABLE public.handover_act (
    area_id integer NOT NULL,
    handover_id uuid NOT NULL,
    account text NOT NULL,
    write_id uuid NOT NULL,
    act text NOT NULL,
    role text NOT NULL,
    at timestamp with time zone NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    CONSTRAINT handover_act_act_check CHECK ((act = ANY (ARRAY['refresh'::text, 'outgoing'::text, 'incoming'::text, 'remark'::text])))
);

COMMENT ON TABLE public.handover_act IS 'what was done with a sheet, each write once; words: of a remark';

CREATE TABLE public.house (
    area_id integer NOT NULL,
    house_id integer NOT NULL,
    address_id integer NOT NULL,
    use text NOT NULL,
    floor_area_m2 real NOT NULL,
    storeys smallint NOT NULL,
    owner_id integer,
    CONSTRAINT house_floor_area_m2_check CHECK ((floor_area_m2 > (0)::double precision)),
    CONSTRAINT house_storeys_check CHECK ((storeys > 0))
);

COMMENT ON TABLE public.house IS '实有房屋: one dwelling or premises; its address is a room, or a building when it is undivided';

CREATE TABLE public.incident_log (
    area_id integer NOT NULL,
    case_no text NOT NULL,
    line_no integer NOT NULL,
    write_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    verb text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    geom public.geometry(Point,4326),
    task_id uuid
);

COMMENT ON COLUMN public.incident_log.write_id IS 'client-made id of the write: the same id by the same actor is one verb';

CREATE TABLE public.job_run (
    area_id integer NOT NULL,
    job text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_done_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE public.job_run IS 'when each job of the second process began last, over all its processes, and how it went';

CREATE TABLE public.key_person (
    area_id integer NOT NULL,
    person_id integer NOT NULL,
    kind text NOT NULL,
    attention text NOT NULL,
    visit_every_days integer NOT NULL,
    last_visit_on date,
    CONSTRAINT key_person_attention_check CHECK ((attention = ANY (ARRAY['red'::text, 'yellow'::text, 'green'::text]))),
    CONSTRAINT key_person_visit_every_days_check CHECK ((visit_every_days > 0))
);

CREATE TABLE public.login (
    area_id integer NOT NULL,
    token_hash bytea NOT NULL,
    account text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

CREATE TABLE public.login_failure (
    area_id integer NOT NULL,
    address text NOT NULL,
    account text NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL,
    closed_until timestamp with time zone
);

COMMENT ON COLUMN public.login_failure.address IS 'an IPv4 address or an IPv6 network of 64 bits';

CREATE TABLE public.migration (
    name text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    checksum text
);

COMMENT ON TABLE public.migration IS 'every migration applied to this database';

COMMENT ON COLUMN public.migration.checksum IS 'SHA-256 of the file as it was applied, hexadecimal; a file that has another one now was edited';

CREATE TABLE public.need (
    area_id integer NOT NULL,
    need_id uuid NOT NULL,
    unit_code text NOT NULL,
    list text NOT NULL,
    title text NOT NULL,
    told text DEFAULT ''::text NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    CONSTRAINT need_list_check CHECK ((list = ANY (ARRAY['need'::text, 'resource'::text, 'project'::text, 'wish'::text]))),
    CONSTRAINT need_title_check CHECK (((length(title) >= 1) AND (length(title) <= 80))),
    CONSTRAINT need_withdrawn_by_somebody CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL)))
);

COMMENT ON TABLE public.need IS 'an entry of one of the four lists; whether it is open, taken or done follows from its claims';

CREATE TABLE public.need_claim (
    area_id integer NOT NULL,
    claim_id uuid NOT NULL,
    need_id uuid NOT NULL,
    unit_code text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    claimed_by text NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    state text DEFAULT 'offered'::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answered_by text,
    answered_at timestamp with time zone,
    case_no text,
    CONSTRAINT need_claim_answered CHECK (((state = 'offered'::text) = ((answered_at IS NULL) AND (answered_by IS NULL)))),
    CONSTRAINT need_claim_case_when_agreed CHECK (((case_no IS NULL) OR (state = ANY (ARRAY['agreed'::text, 'done'::text])))),
    CONSTRAINT need_claim_state_check CHECK ((state = ANY (ARRAY['offered'::text, 'agreed'::text, 'declined'::text, 'withdrawn'::text, 'done'::text])))
);

CREATE TABLE public.notice (
    area_id integer NOT NULL,
    notice_id uuid NOT NULL,
    code text NOT NULL,
    told jsonb DEFAULT '{}'::jsonb NOT NULL,
    case_no text,
    task_id uuid,
    occasion_at timestamp with time zone,
    recipient_kind text NOT NULL,
    recipient_id text NOT NULL,
    language text NOT NULL,
    channels text[] NOT NULL,
    channel text NOT NULL,
    urgency text NOT NULL,
    any_hour boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    last_error jsonb,
    sent_at timestamp with time zone,
    sent_over text,
    provider_id text,
    body text DEFAULT ''::text NOT NULL,
    digest_id uuid,
    CONSTRAINT notice_channels_check CHECK ((cardinality(channels) > 0)),
    CONSTRAINT notice_is_leased_while_sent CHECK (((state = 'sending'::text) = (lease IS NOT NULL))),
    CONSTRAINT notice_language_check CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT notice_recipient_kind_check CHECK ((recipient_kind = ANY (ARRAY['account'::text, 'worker'::text, 'department'::text, 'phone'::text, 'robot'::text]))),
    CONSTRAINT notice_sent_has_moment CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT notice_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'dead'::text, 'held'::text, 'digested'::text]))),
    CONSTRAINT notice_urgency_check CHECK ((urgency = ANY (ARRAY['P1'::text, 'P2'::text, 'P3'::text, 'P4'::text])))
);

COMMENT ON TABLE public.notice IS 'the outbox: what is to be told to whom, and what came of it';

COMMENT ON COLUMN public.notice.told IS 'the values of its text, as codes; put into words when it is sent';

COMMENT ON COLUMN public.notice.occasion_at IS 'what makes it another one of the same code: the due time of the clock it is about, or the moment of the verb';

COMMENT ON COLUMN public.notice.channels IS 'sms, robot, email: in the order they are tried; channel is the one whose turn it is';

COMMENT ON COLUMN public.notice.state IS 'held: put off (quiet hours); digested: told in one message with others; dead: given up, may be sent again';

COMMENT ON COLUMN public.notice.lease IS 'who sends it now; when leased_until has passed, whoever held it is gone, and it is taken again';

COMMENT ON COLUMN public.notice.sent_over IS 'the provider that took it; log: written down only, nothing left the house';

COMMENT ON COLUMN public.notice.body IS 'the text as it left';

CREATE TABLE public.notice_channel (
    area_id integer NOT NULL,
    channel text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    down_since timestamp with time zone,
    closed_until timestamp with time zone,
    last_error jsonb
);

COMMENT ON TABLE public.notice_channel IS 'how each channel goes, for every process; closed_until: not tried before then but for P1';

CREATE TABLE public.person (
    area_id integer NOT NULL,
    person_id integer NOT NULL,
    id_no text NOT NULL,
    name text NOT NULL,
    gender smallint NOT NULL,
    born_on date NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    residence text NOT NULL,
    address_id integer NOT NULL,
    CONSTRAINT person_gender_check CHECK ((gender = ANY (ARRAY[0, 1, 2, 9]))),
    CONSTRAINT person_residence_check CHECK ((residence = ANY (ARRAY['registered'::text, 'floating'::text])))
);

CREATE TABLE public.photo (
    area_id integer NOT NULL,
    photo_id uuid NOT NULL,
    case_no text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sent_by text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    jpeg bytea NOT NULL,
    moment text,
    task_id uuid,
    CONSTRAINT photo_height_check CHECK ((height > 0)),
    CONSTRAINT photo_moment_check CHECK ((moment = ANY (ARRAY['before'::text, 'after'::text]))),
    CONSTRAINT photo_width_check CHECK ((width > 0))
);

COMMENT ON COLUMN public.photo.photo_id IS 'client-made: the same id twice is one picture';

COMMENT ON COLUMN public.photo.moment IS 'before the case was handled, or after; null: not said';

CREATE TABLE public.place (
    area_id integer NOT NULL,
    place_id integer NOT NULL,
    layer text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    address_text text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    in_charge text DEFAULT ''::text NOT NULL,
    check_every_days integer,
    last_checked_on date,
    grid_code text,
    geom public.geometry(Point,4326) NOT NULL,
    CONSTRAINT place_layer_check CHECK ((layer = ANY (ARRAY['key_place'::text, 'merchant'::text, 'station'::text])))
);

COMMENT ON COLUMN public.place.layer IS 'key_place 重点场所, merchant 商户, station 站点 (police, fire, clinic, command centre, service)';

COMMENT ON COLUMN public.place.kind IS 'school, hospital, clinic, police, fire_station, restaurant, factory, gas_station ...';

CREATE TABLE public.plan_step (
    area_id integer NOT NULL,
    type_prefix text NOT NULL,
    step_no smallint NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    CONSTRAINT plan_step_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'go'::text, 'bring'::text, 'tell'::text]))),
    CONSTRAINT plan_step_step_no_check CHECK ((step_no > 0)),
    CONSTRAINT plan_step_type_prefix_check CHECK ((type_prefix ~ '^[0-9]{2}([0-9]{2})?$'::text)),
    CONSTRAINT plan_step_zh_check CHECK (((length(zh) >= 1) AND (length(zh) <= 200)))
);

COMMENT ON TABLE public.plan_step IS 'what a town has written itself; of a prefix that is not here plans.csv holds';

CREATE TABLE public."position" (
    area_id integer NOT NULL,
    worker_id integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    duty_id uuid NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    accuracy_m real,
    speed_mps real,
    heading_deg real,
    battery_pct smallint,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    source text NOT NULL,
    datum text NOT NULL,
    given_lon double precision NOT NULL,
    given_lat double precision NOT NULL,
    CONSTRAINT position_datum_check CHECK ((datum = ANY (ARRAY['wgs84'::text, 'cgcs2000'::text, 'gcj02'::text, 'bd09'::text])))
)
PARTITION BY RANGE (recorded_at);

COMMENT ON TABLE public."position" IS 'every fix ever accepted; flagged, never deleted by a filter; a partition a day';

COMMENT ON COLUMN public."position".flags IS 'inaccurate, mock: of the fix itself; jump: judged against its neighbours in time';

CREATE TABLE public.position_latest (
    area_id integer NOT NULL,
    worker_id integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    accuracy_m real,
    speed_mps real,
    heading_deg real,
    battery_pct smallint,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    source text NOT NULL
);

CREATE TABLE public.position_other (
    area_id integer NOT NULL,
    worker_id integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    duty_id uuid NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    accuracy_m real,
    speed_mps real,
    heading_deg real,
    battery_pct smallint,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    source text NOT NULL,
    datum text NOT NULL,
    given_lon double precision NOT NULL,
    given_lat double precision NOT NULL,
    CONSTRAINT position_datum_check CHECK ((datum = ANY (ARRAY['wgs84'::text, 'cgcs2000'::text, 'gcj02'::text, 'bd09'::text])))
);

CREATE TABLE public.rental_house (
    area_id integer NOT NULL,
    house_id integer NOT NULL,
    purpose text NOT NULL,
    grade text NOT NULL,
    hazard text DEFAULT ''::text NOT NULL,
    tenants integer NOT NULL,
    CONSTRAINT rental_house_grade_check CHECK ((grade = ANY (ARRAY['red'::text, 'yellow'::text, 'green'::text]))),
    CONSTRAINT rental_house_tenants_check CHECK ((tenants >= 0))
);

CREATE TABLE public.road_edge (
    area_id integer NOT NULL,
    edge_id integer NOT NULL,
    from_node integer NOT NULL,
    to_node integer NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    length_m double precision NOT NULL,
    oneway boolean DEFAULT false NOT NULL,
    is_bridge boolean DEFAULT false NOT NULL,
    modes text[] NOT NULL,
    geom public.geometry(LineString,4326) NOT NULL,
    CONSTRAINT road_edge_length_m_check CHECK ((length_m >= (0)::double precision)),
    CONSTRAINT road_edge_modes_check CHECK ((modes <@ ARRAY['foot'::text, 'ebike'::text, 'car'::text]))
);

COMMENT ON COLUMN public.road_edge.kind IS 'OSM highway value: motorway, primary, secondary, tertiary, residential, service, footway, path ...';

COMMENT ON COLUMN public.road_edge.oneway IS 'from_node to to_node only, for wheels; people on foot walk both ways';

CREATE TABLE public.road_node (
    area_id integer NOT NULL,
    node_id integer NOT NULL,
    geom public.geometry(Point,4326) NOT NULL
);

CREATE TABLE public.roster (
    area_id integer NOT NULL,
    on_day date NOT NULL,
    shift text NOT NULL,
    worker_id integer NOT NULL,
    post text NOT NULL,
    grid_code text,
    instead_of integer,
    CONSTRAINT roster_grid_of_post CHECK (((post = 'grid'::text) = (grid_code IS NOT NULL))),
    CONSTRAINT roster_post_check CHECK ((post = ANY (ARRAY['grid'::text, 'operator'::text, 'shift_leader'::text])))
);

COMMENT ON COLUMN public.roster.on_day IS 'the day the shift begins';

COMMENT ON COLUMN public.roster.instead_of IS 'the worker whose line it was before somebody stood in';

CREATE TABLE public.roster_swap (
    area_id integer NOT NULL,
    swap_id uuid NOT NULL,
    on_day date NOT NULL,
    shift text NOT NULL,
    worker_id integer NOT NULL,
    other_day date NOT NULL,
    other_shift text NOT NULL,
    other_id integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    agreed_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by text,
    is_made boolean DEFAULT false NOT NULL,
    CONSTRAINT roster_swap_ended_by_somebody CHECK (((ended_at IS NULL) = (ended_by IS NULL))),
    CONSTRAINT roster_swap_made_when_agreed CHECK (((NOT is_made) OR ((agreed_at IS NOT NULL) AND (ended_at IS NOT NULL)))),
    CONSTRAINT roster_swap_with_another CHECK ((worker_id <> other_id))
);

COMMENT ON TABLE public.roster_swap IS 'worker asks, other agrees, the leader confirms (is_made); or one of them refuses';

CREATE TABLE public.routing_draft (
    area_id integer NOT NULL,
    draft_id uuid NOT NULL,
    case_no text NOT NULL,
    type_code text NOT NULL,
    village_code text,
    department_code text NOT NULL,
    returned_by text[] NOT NULL,
    ruled_by text NOT NULL,
    ruled_at timestamp with time zone NOT NULL,
    note text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    settled_by text,
    settled_at timestamp with time zone,
    settled_note text,
    CONSTRAINT routing_draft_settled_by_somebody CHECK ((((state = 'draft'::text) = (settled_by IS NULL)) AND ((settled_by IS NULL) = (settled_at IS NULL)))),
    CONSTRAINT routing_draft_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'adopted'::text, 'dropped'::text])))
);

COMMENT ON TABLE public.routing_draft IS 'what a ruling says about cases of its kind: nobody''s rule until somebody adopts it';

CREATE TABLE public.routing_rule (
    area_id integer NOT NULL,
    rule_id uuid NOT NULL,
    type_code text NOT NULL,
    village_code text,
    department_code text NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone NOT NULL,
    adopted_by text NOT NULL,
    adopted_at timestamp with time zone NOT NULL,
    revoked_by text,
    revoked_at timestamp with time zone,
    revoked_note text,
    CONSTRAINT routing_rule_revoked_by_somebody CHECK (((revoked_by IS NULL) = (revoked_at IS NULL)))
);

COMMENT ON TABLE public.routing_rule IS 'whose a type of case is in this town, in place of the table of types';

COMMENT ON COLUMN public.routing_rule.rule_id IS 'the draft it was adopted from';

COMMENT ON COLUMN public.routing_rule.village_code IS 'in which village; null: in the whole town';

CREATE TABLE public.shift (
    area_id integer NOT NULL,
    shift text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    begins time without time zone NOT NULL,
    ends time without time zone NOT NULL,
    grid smallint NOT NULL,
    operator smallint NOT NULL,
    shift_leader smallint NOT NULL,
    CONSTRAINT shift_grid_check CHECK (((grid >= 0) AND (grid <= 99))),
    CONSTRAINT shift_operator_check CHECK (((operator >= 0) AND (operator <= 99))),
    CONSTRAINT shift_shift_check CHECK ((shift ~ '^[a-z][a-z0-9_]{0,19}$'::text)),
    CONSTRAINT shift_shift_leader_check CHECK (((shift_leader >= 0) AND (shift_leader <= 99))),
    CONSTRAINT shift_zh_check CHECK (((length(zh) >= 1) AND (length(zh) <= 40)))
);

COMMENT ON TABLE public.shift IS 'what a town has written itself; without any shifts.csv holds';

COMMENT ON COLUMN public.shift.ends IS 'by the town''s wall clock; not after begins: on the next day';

COMMENT ON COLUMN public.shift.grid IS 'how many each grid needs; operator, shift_leader: how many the town needs';

CREATE TABLE public.sos_answer (
    area_id integer NOT NULL,
    sos_id uuid NOT NULL,
    what text NOT NULL,
    at timestamp with time zone NOT NULL,
    by_account text NOT NULL,
    by_role text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT sos_answer_what_check CHECK ((what = ANY (ARRAY['acknowledged'::text, 'ended'::text])))
);

COMMENT ON TABLE public.sos_answer IS 'each call is acknowledged once and ended once: who is first, stays';

CREATE TABLE public.sos_look (
    area_id integer NOT NULL,
    sos_id uuid NOT NULL,
    screen text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT sos_look_screen_check CHECK ((screen = ANY (ARRAY['wall'::text, 'console'::text])))
);

COMMENT ON TABLE public.sos_look IS 'the track of who calls was shown on a screen: once for each, so that the audit has one line';

CREATE TABLE public.standing_done (
    area_id integer NOT NULL,
    done_id uuid NOT NULL,
    code text NOT NULL,
    grid_code text NOT NULL,
    spot_id integer NOT NULL,
    worker_id integer NOT NULL,
    done_at timestamp with time zone NOT NULL,
    said text DEFAULT ''::text NOT NULL
);

COMMENT ON COLUMN public.standing_done.spot_id IS 'number of the place or home; 0: the grid as a whole';

CREATE TABLE public.standing_duty (
    area_id integer NOT NULL,
    code text NOT NULL,
    place_no smallint NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    todo_zh text NOT NULL,
    todo_en text NOT NULL,
    every text NOT NULL,
    spots text NOT NULL,
    kinds text[] NOT NULL,
    CONSTRAINT standing_duty_code_check CHECK ((code ~ '^[a-z][a-z0-9_]{0,29}$'::text)),
    CONSTRAINT standing_duty_every_check CHECK ((every = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'quarter'::text]))),
    CONSTRAINT standing_duty_spots_check CHECK ((spots = ANY (ARRAY['grid'::text, 'place'::text, 'home'::text]))),
    CONSTRAINT standing_duty_zh_check CHECK (((length(zh) >= 1) AND (length(zh) <= 40)))
);

COMMENT ON TABLE public.standing_duty IS 'what a town has written itself; without any standing_duties.csv holds';

COMMENT ON COLUMN public.standing_duty.kinds IS 'of spots: kinds of key places, grades of rented homes; empty: all';

CREATE TABLE public.suggestion (
    area_id integer NOT NULL,
    suggestion_id uuid NOT NULL,
    case_no text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    given_to text NOT NULL,
    answer jsonb NOT NULL
);

COMMENT ON TABLE public.suggestion IS 'the advice as it was given, so that it can be judged afterwards';

COMMENT ON COLUMN public.suggestion.answer IS 'codes and values, no sentence: dispatch/advice/given.py';

CREATE TABLE public.task (
    area_id integer NOT NULL,
    task_id uuid NOT NULL,
    case_no text NOT NULL,
    task_no integer NOT NULL,
    kind text NOT NULL,
    is_required boolean NOT NULL,
    worker_id integer,
    department_code text,
    parent_task_id uuid,
    state text NOT NULL,
    suggestion_id uuid,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    signed_at timestamp with time zone,
    signed_by text,
    set_out_at timestamp with time zone,
    arrived_at timestamp with time zone,
    started_at timestamp with time zone,
    done_at timestamp with time zone,
    failed_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by text,
    outcome text,
    whistle_id uuid,
    CONSTRAINT task_done_has_its_moment CHECK (((state = 'done'::text) = (done_at IS NOT NULL))),
    CONSTRAINT task_ends_with_its_state CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['queued'::text, 'sent'::text, 'signed'::text, 'under_way'::text, 'on_scene'::text, 'working'::text, 'paused'::text])))),
    CONSTRAINT task_ends_with_outcome CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT task_has_one_addressee CHECK ((num_nonnulls(worker_id, department_code) = 1)),
    CONSTRAINT task_is_sent_unless_queued CHECK (((state <> 'queued'::text) OR (sent_at IS NULL))),
    CONSTRAINT task_kind_check CHECK ((kind = ANY (ARRAY['lead'::text, 'co'::text, 'check'::text, 'visit'::text]))),
    CONSTRAINT task_outcome_check CHECK ((outcome = ANY (ARRAY['handled'::text, 'returned'::text, 'transferred'::text, 'cancelled'::text, 'taken_back'::text, 'replaced'::text, 'diverted'::text]))),
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'signed'::text, 'under_way'::text, 'on_scene'::text, 'working'::text, 'paused'::text, 'done'::text, 'returned'::text, 'withdrawn'::text, 'diverted'::text]))),
    CONSTRAINT task_task_no_check CHECK ((task_no > 0))
);

COMMENT ON COLUMN public.task.task_no IS 'counts the tasks of a case in the order they were made; the latest lead counts';

COMMENT ON COLUMN public.task.failed_at IS 'when a check found it not done well';

COMMENT ON COLUMN public.task.ended_by IS 'the account that ended it';

COMMENT ON COLUMN public.task.whistle_id IS 'the whistle that called its department: it signs in (arrived_at) and files its opinion';

CREATE TABLE public.thing (
    area_id integer NOT NULL,
    thing_id integer NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'ok'::text NOT NULL,
    grid_code text,
    geom public.geometry(Point,4326) NOT NULL,
    CONSTRAINT thing_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'fault'::text])))
);

COMMENT ON COLUMN public.thing.kind IS 'hydrant, valve, manhole, life_ring, defibrillator, loudspeaker, street_lamp';

CREATE TABLE public.whistle (
    area_id integer NOT NULL,
    whistle_id uuid NOT NULL,
    case_no text NOT NULL,
    lead_code text NOT NULL,
    blown_by text NOT NULL,
    blown_at timestamp with time zone NOT NULL,
    meet_at timestamp with time zone NOT NULL,
    geom public.geometry(Point,4326) NOT NULL,
    place_text text NOT NULL,
    note text NOT NULL,
    CONSTRAINT whistle_meets_later CHECK ((meet_at > blown_at))
);

COMMENT ON TABLE public.whistle IS 'who blew it for which case, who leads, where (geom, in words place_text) and when they meet';

CREATE TABLE public.worker_leave (
    area_id integer NOT NULL,
    leave_id uuid NOT NULL,
    worker_id integer NOT NULL,
    to_worker_id integer NOT NULL,
    left_by text NOT NULL,
    left_at timestamp with time zone NOT NULL,
    grid_code text,
    with_grid boolean NOT NULL,
    was_on_duty boolean NOT NULL,
    accounts text[] NOT NULL,
    post text NOT NULL,
    place_in_line smallint NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT worker_leave_to_another CHECK ((worker_id <> to_worker_id)),
    CONSTRAINT worker_leave_undone_by_somebody CHECK (((undone_by IS NULL) = (undone_at IS NULL)))
);

COMMENT ON COLUMN public.worker_leave.grid_code IS 'the grid he walked; with_grid: it went to who took over, else it is nobody''s';

CREATE TABLE public.worker_leave_task (
    area_id integer NOT NULL,
    leave_id uuid NOT NULL,
    from_task_id uuid NOT NULL,
    to_task_id uuid NOT NULL
);

ALTER TABLE ONLY public."position" ATTACH PARTITION public.position_other DEFAULT;

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (area_id, account);

ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (area_id, address_id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (area_id, token_hash);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (area_id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (area_id, link_no);

ALTER TABLE ONLY public.base_feature
    ADD CONSTRAINT base_feature_pkey PRIMARY KEY (area_id, feature_id);

ALTER TABLE ONLY public.calendar_day
    ADD CONSTRAINT calendar_day_pkey PRIMARY KEY (area_id, day);

ALTER TABLE ONLY public.camera
    ADD CONSTRAINT camera_pkey PRIMARY KEY (area_id, camera_id);

ALTER TABLE ONLY public.case_counter
    ADD CONSTRAINT case_counter_pkey PRIMARY KEY (area_id, day);

ALTER TABLE ONLY public.case_plan
    ADD CONSTRAINT case_plan_pkey PRIMARY KEY (area_id, case_no);

ALTER TABLE ONLY public.case_plan_step
    ADD CONSTRAINT case_plan_step_pkey PRIMARY KEY (area_id, case_no, step_no);

ALTER TABLE ONLY public.case_round
    ADD CONSTRAINT case_round_pkey PRIMARY KEY (area_id, case_no, round);

ALTER TABLE ONLY public.clock_act
    ADD CONSTRAINT clock_act_pkey PRIMARY KEY (area_id, clock_id, due_at, act);

ALTER TABLE ONLY public.clock
    ADD CONSTRAINT clock_pkey PRIMARY KEY (area_id, clock_id);

ALTER TABLE ONLY public.competence_item
    ADD CONSTRAINT competence_item_pkey PRIMARY KEY (area_id, code);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (area_id, kind, id);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_pkey PRIMARY KEY (area_id, code);

ALTER TABLE ONLY public.district_unit
    ADD CONSTRAINT district_unit_pkey PRIMARY KEY (area_id, unit_code);

ALTER TABLE ONLY public.division
    ADD CONSTRAINT division_pkey PRIMARY KEY (area_id, code, valid_from);

ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_pkey PRIMARY KEY (area_id, worker_id, duty_id);

ALTER TABLE ONLY public.duty_write
    ADD CONSTRAINT duty_write_pkey PRIMARY KEY (area_id, account, write_id);

ALTER TABLE ONLY public.extension
    ADD CONSTRAINT extension_pkey PRIMARY KEY (area_id, extension_id);

ALTER TABLE ONLY public.fix_refusal
    ADD CONSTRAINT fix_refusal_pkey PRIMARY KEY (area_id, day, worker_id, source, code);

ALTER TABLE ONLY public.floating_resident
    ADD CONSTRAINT floating_resident_pkey PRIMARY KEY (area_id, person_id);

ALTER TABLE ONLY public.handover_act
    ADD CONSTRAINT handover_act_pkey PRIMARY KEY (area_id, handover_id, account, write_id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_pkey PRIMARY KEY (area_id, handover_id);

ALTER TABLE ONLY public.house
    ADD CONSTRAINT house_pkey PRIMARY KEY (area_id, house_id);

ALTER TABLE ONLY public.incident_log
    ADD CONSTRAINT incident_log_pkey PRIMARY KEY (area_id, case_no, line_no);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (area_id, case_no);

ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT job_run_pkey PRIMARY KEY (area_id, job);

ALTER TABLE ONLY public.key_person
    ADD CONSTRAINT key_person_pkey PRIMARY KEY (area_id, person_id);

ALTER TABLE ONLY public.login_failure
    ADD CONSTRAINT login_failure_pkey PRIMARY KEY (area_id, address, account);

ALTER TABLE ONLY public.login
    ADD CONSTRAINT login_pkey PRIMARY KEY (area_id, token_hash);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.need_claim
    ADD CONSTRAINT need_claim_pkey PRIMARY KEY (area_id, claim_id);

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_pkey PRIMARY KEY (area_id, need_id);

ALTER TABLE ONLY public.notice_channel
    ADD CONSTRAINT notice_channel_pkey PRIMARY KEY (area_id, channel);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (area_id, notice_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (area_id, person_id);

ALTER TABLE ONLY public.photo
    ADD CONSTRAINT photo_pkey PRIMARY KEY (area_id, photo_id);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (area_id, place_id);

ALTER TABLE ONLY public.plan_step
    ADD CONSTRAINT plan_step_pkey PRIMARY KEY (area_id, type_prefix, step_no);

ALTER TABLE ONLY public.position_latest
    ADD CONSTRAINT position_latest_pkey PRIMARY KEY (area_id, worker_id);

ALTER TABLE ONLY public."position"
    ADD CONSTRAINT position_pkey PRIMARY KEY (area_id, worker_id, recorded_at);

ALTER TABLE ONLY public.position_other
    ADD CONSTRAINT position_other_pkey PRIMARY KEY (area_id, worker_id, recorded_at);

ALTER TABLE ONLY public.rental_house
    ADD CONSTRAINT rental_house_pkey PRIMARY KEY (area_id, house_id);

ALTER TABLE ONLY public.road_edge
    ADD CONSTRAINT road_edge_pkey PRIMARY KEY (area_id, edge_id);

ALTER TABLE ONLY public.road_node
    ADD CONSTRAINT road_node_pkey PRIMARY KEY (area_id, node_id);

ALTER TABLE ONLY public.roster
    ADD CONSTRAINT roster_pkey PRIMARY KEY (area_id, on_day, shift, worker_id);

ALTER TABLE ONLY public.roster_swap
    ADD CONSTRAINT roster_swap_pkey PRIMARY KEY (area_id, swap_id);

ALTER TABLE ONLY public.routing_draft
    ADD CONSTRAINT routing_draft_pkey PRIMARY KEY (area_id, draft_id);

ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT routing_rule_pkey PRIMARY KEY (area_id, rule_id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_pkey PRIMARY KEY (area_id, shift);

ALTER TABLE ONLY public.sos_answer
    ADD CONSTRAINT sos_answer_pkey PRIMARY KEY (area_id, sos_id, what);

ALTER TABLE ONLY public.sos_look
    ADD CONSTRAINT sos_look_pkey PRIMARY KEY (area_id, sos_id, screen);

ALTER TABLE ONLY public.sos
    ADD CONSTRAINT sos_pkey PRIMARY KEY (area_id, sos_id);

ALTER TABLE ONLY public.standing_done
    ADD CONSTRAINT standing_done_pkey PRIMARY KEY (area_id, done_id);

ALTER TABLE ONLY public.standing_duty
    ADD CONSTRAINT standing_duty_pkey PRIMARY KEY (area_id, code);

ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT suggestion_pkey PRIMARY KEY (area_id, suggestion_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (area_id, task_id);

ALTER TABLE ONLY public.thing
    ADD CONSTRAINT thing_pkey PRIMARY KEY (area_id, thing_id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT token_name_used_once UNIQUE (area_id, name);

ALTER TABLE ONLY public.whistle
    ADD CONSTRAINT whistle_pkey PRIMARY KEY (area_id, whistle_id);

ALTER TABLE ONLY public.worker_leave
    ADD CONSTRAINT worker_leave_pkey PRIMARY KEY (area_id, leave_id);

ALTER TABLE ONLY public.worker_leave_task
    ADD CONSTRAINT worker_leave_task_pkey PRIMARY KEY (area_id, leave_id, from_task_id);

ALTER TABLE ONLY public.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (area_id, worker_id);

CREATE INDEX address_geom ON public.address USING gist (geom);

CREATE INDEX address_parent ON public.address USING btree (area_id, parent_id);

CREATE INDEX base_feature_geom ON public.base_feature USING gist (geom);

CREATE INDEX camera_geom ON public.camera USING gist (geom);

CREATE INDEX case_round_closed ON public.case_round USING btree (area_id, closed_at);

CREATE INDEX clock_acts ON public.clock USING btree (area_id, act_at) WHERE (state = 'running'::text);

CREATE INDEX clock_due ON public.clock USING btree (area_id, due_at) WHERE (state = 'running'::text);

CREATE INDEX clock_ended ON public.clock USING btree (area_id, ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX clock_of_case ON public.clock USING btree (area_id, case_no);

CREATE INDEX division_geom ON public.division USING gist (geom);

CREATE INDEX extension_of_case ON public.extension USING btree (area_id, case_no);

CREATE INDEX handover_by_time ON public.handover USING btree (area_id, opened_at);

CREATE INDEX house_address ON public.house USING btree (area_id, address_id);

CREATE INDEX incident_geom ON public.incident USING gist (geom);

CREATE INDEX incident_next_due ON public.incident USING btree (area_id, next_due_at) WHERE (next_due_at IS NOT NULL);

CREATE INDEX incident_open ON public.incident USING btree (area_id, priority, reported_at) WHERE (state <> ALL (ARRAY['closed'::text, 'archived'::text, 'rejected'::text, 'merged'::text, 'cancelled'::text]));

CREATE INDEX incident_parent ON public.incident USING btree (area_id, parent_case) WHERE (parent_case IS NOT NULL);

CREATE INDEX incident_reported ON public.incident USING btree (area_id, reported_at DESC);

CREATE INDEX incident_ruling_wanted ON public.incident USING btree (area_id, ruling_wanted_at) WHERE (ruling_wanted_at IS NOT NULL);

CREATE INDEX incident_suspended ON public.incident USING btree (area_id, suspended_until) WHERE (suspended_until IS NOT NULL);

CREATE INDEX incident_to_archive ON public.incident USING btree (area_id, closed_at) WHERE ((closed_at IS NOT NULL) AND (archived_from IS NULL));

CREATE INDEX need_entered ON public.need USING btree (area_id, entered_at);

CREATE INDEX notice_case ON public.notice USING btree (area_id, case_no);

CREATE INDEX notice_created ON public.notice USING btree (area_id, created_at DESC);

CREATE INDEX notice_due ON public.notice USING btree (area_id, next_try_at) WHERE (state = ANY (ARRAY['waiting'::text, 'held'::text, 'sending'::text]));

CREATE INDEX notice_recipient ON public.notice USING btree (area_id, recipient_kind, recipient_id, sent_at) WHERE (state = ANY (ARRAY['sent'::text, 'sending'::text]));

CREATE UNIQUE INDEX one_active_task_per_worker ON public.task USING btree (area_id, worker_id) WHERE (state = ANY (ARRAY['sent'::text, 'signed'::text, 'under_way'::text, 'on_scene'::text, 'working'::text]));

CREATE UNIQUE INDEX one_address_per_text ON public.address USING btree (area_id, full_text);

CREATE UNIQUE INDEX one_claim_agreed ON public.need_claim USING btree (area_id, need_id) WHERE (state = ANY (ARRAY['agreed'::text, 'done'::text]));

CREATE UNIQUE INDEX one_claim_of_case ON public.need_claim USING btree (area_id, case_no) WHERE (case_no IS NOT NULL);

CREATE UNIQUE INDEX one_claim_of_unit ON public.need_claim USING btree (area_id, need_id, unit_code) WHERE (state = ANY (ARRAY['offered'::text, 'agreed'::text]));

CREATE UNIQUE INDEX one_current_division ON public.division USING btree (area_id, code) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX one_incident_per_sender_and_id ON public.incident USING btree (area_id, reported_by, client_id);

CREATE UNIQUE INDEX one_leave_of_worker ON public.worker_leave USING btree (area_id, worker_id) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX one_live_clock ON public.clock USING btree (area_id, case_no, stage, COALESCE(task_id, '00000000-0000-0000-0000-000000000000'::uuid), (
CASE
    WHEN (stage = 'answer'::text) THEN basis
    ELSE ''::text
END)) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX one_log_line_per_sender_and_write ON public.incident_log USING btree (area_id, case_no, actor, write_id, verb);

CREATE UNIQUE INDEX one_notice_per_occasion ON public.notice USING btree (area_id, code, case_no, task_id, recipient_kind, recipient_id, occasion_at) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX one_open_duty_per_worker ON public.duty USING btree (area_id, worker_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX one_open_extension ON public.extension USING btree (area_id, case_no) WHERE (decision IS NULL);

CREATE UNIQUE INDEX one_open_handover_of_account ON public.handover USING btree (area_id, opened_by) WHERE (incoming_signed_at IS NULL);

CREATE UNIQUE INDEX one_open_lead_per_case ON public.task USING btree (area_id, case_no) WHERE ((kind = 'lead'::text) AND (ended_at IS NULL));

CREATE UNIQUE INDEX one_open_task_per_department_and_case ON public.task USING btree (area_id, case_no, department_code) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX one_open_task_per_worker_and_case ON public.task USING btree (area_id, case_no, worker_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX one_person_per_id_no ON public.person USING btree (area_id, id_no);

CREATE UNIQUE INDEX one_routing_rule ON public.routing_rule USING btree (area_id, type_code, COALESCE(village_code, ''::text)) WHERE (revoked_at IS NULL);

CREATE UNIQUE INDEX one_served_area ON public.area USING btree (is_served) WHERE is_served;

CREATE UNIQUE INDEX one_worker_of_card ON public.worker USING btree (area_id, card_no) WHERE (card_no IS NOT NULL);

CREATE INDEX person_address ON public.person USING btree (area_id, address_id) INCLUDE (person_id, residence, born_on);

CREATE INDEX photo_case ON public.photo USING btree (area_id, case_no, received_at);

CREATE INDEX place_geom ON public.place USING gist (geom);

CREATE INDEX position_latest_geom ON public.position_latest USING gist (geom);

CREATE INDEX road_edge_geom ON public.road_edge USING gist (geom);

CREATE INDEX roster_of_worker ON public.roster USING btree (area_id, worker_id, on_day);

CREATE INDEX sos_worker ON public.sos USING btree (area_id, worker_id, raised_at);

CREATE INDEX standing_done_at ON public.standing_done USING btree (area_id, code, grid_code, spot_id, done_at);

CREATE INDEX suggestion_case ON public.suggestion USING btree (area_id, case_no, given_at DESC);

CREATE INDEX task_arrived ON public.task USING btree (area_id, arrived_at);

CREATE UNIQUE INDEX task_number ON public.task USING btree (area_id, case_no, task_no);

CREATE INDEX task_of_whistle ON public.task USING btree (area_id, whistle_id) WHERE (whistle_id IS NOT NULL);

CREATE INDEX task_of_worker ON public.task USING btree (area_id, worker_id, sent_at);

CREATE INDEX thing_geom ON public.thing USING gist (geom);

CREATE INDEX whistle_blown ON public.whistle USING btree (area_id, blown_at);

CREATE INDEX whistle_of_case ON public.whistle USING btree (area_id, case_no, blown_at);

ALTER INDEX public.position_pkey ATTACH PARTITION public.position_other_pkey;

ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_area_id_parent_id_fkey FOREIGN KEY (area_id, parent_id) REFERENCES public.address(area_id, address_id);

ALTER TABLE ONLY public.base_feature
    ADD CONSTRAINT base_feature_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.calendar_day
    ADD CONSTRAINT calendar_day_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.camera
    ADD CONSTRAINT camera_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.case_counter
    ADD CONSTRAINT case_counter_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.case_plan
    ADD CONSTRAINT case_plan_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.case_plan_step
    ADD CONSTRAINT case_plan_step_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.case_plan(area_id, case_no);

ALTER TABLE ONLY public.case_round
    ADD CONSTRAINT case_round_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.clock_act
    ADD CONSTRAINT clock_act_area_id_clock_id_fkey FOREIGN KEY (area_id, clock_id) REFERENCES public.clock(area_id, clock_id);

ALTER TABLE ONLY public.clock
    ADD CONSTRAINT clock_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.clock
    ADD CONSTRAINT clock_area_id_task_id_fkey FOREIGN KEY (area_id, task_id) REFERENCES public.task(area_id, task_id);

ALTER TABLE ONLY public.competence_item
    ADD CONSTRAINT competence_item_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.district_unit
    ADD CONSTRAINT district_unit_area_id_department_code_fkey FOREIGN KEY (area_id, department_code) REFERENCES public.department(area_id, code);

ALTER TABLE ONLY public.district_unit
    ADD CONSTRAINT district_unit_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.division
    ADD CONSTRAINT division_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.duty_write
    ADD CONSTRAINT duty_write_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.extension
    ADD CONSTRAINT extension_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.extension
    ADD CONSTRAINT extension_area_id_clock_id_fkey FOREIGN KEY (area_id, clock_id) REFERENCES public.clock(area_id, clock_id);

ALTER TABLE ONLY public.floating_resident
    ADD CONSTRAINT floating_resident_area_id_person_id_fkey FOREIGN KEY (area_id, person_id) REFERENCES public.person(area_id, person_id);

ALTER TABLE ONLY public.handover_act
    ADD CONSTRAINT handover_act_area_id_handover_id_fkey FOREIGN KEY (area_id, handover_id) REFERENCES public.handover(area_id, handover_id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.house
    ADD CONSTRAINT house_area_id_address_id_fkey FOREIGN KEY (area_id, address_id) REFERENCES public.address(area_id, address_id);

ALTER TABLE ONLY public.house
    ADD CONSTRAINT house_area_id_owner_id_fkey FOREIGN KEY (area_id, owner_id) REFERENCES public.person(area_id, person_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_area_id_parent_case_fkey FOREIGN KEY (area_id, parent_case) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.incident_log
    ADD CONSTRAINT incident_log_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.incident_log
    ADD CONSTRAINT incident_log_area_id_task_id_fkey FOREIGN KEY (area_id, task_id) REFERENCES public.task(area_id, task_id);

ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT job_run_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.key_person
    ADD CONSTRAINT key_person_area_id_person_id_fkey FOREIGN KEY (area_id, person_id) REFERENCES public.person(area_id, person_id);

ALTER TABLE ONLY public.login
    ADD CONSTRAINT login_area_id_account_fkey FOREIGN KEY (area_id, account) REFERENCES public.account(area_id, account);

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_area_id_unit_code_fkey FOREIGN KEY (area_id, unit_code) REFERENCES public.district_unit(area_id, unit_code);

ALTER TABLE ONLY public.need_claim
    ADD CONSTRAINT need_claim_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.need_claim
    ADD CONSTRAINT need_claim_area_id_need_id_fkey FOREIGN KEY (area_id, need_id) REFERENCES public.need(area_id, need_id);

ALTER TABLE ONLY public.need_claim
    ADD CONSTRAINT need_claim_area_id_unit_code_fkey FOREIGN KEY (area_id, unit_code) REFERENCES public.district_unit(area_id, unit_code);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_area_id_digest_id_fkey FOREIGN KEY (area_id, digest_id) REFERENCES public.notice(area_id, notice_id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.notice_channel
    ADD CONSTRAINT notice_channel_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_area_id_address_id_fkey FOREIGN KEY (area_id, address_id) REFERENCES public.address(area_id, address_id);

ALTER TABLE ONLY public.photo
    ADD CONSTRAINT photo_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.photo
    ADD CONSTRAINT photo_area_id_task_id_fkey FOREIGN KEY (area_id, task_id) REFERENCES public.task(area_id, task_id);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.plan_step
    ADD CONSTRAINT plan_step_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.position_latest
    ADD CONSTRAINT position_latest_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.rental_house
    ADD CONSTRAINT rental_house_area_id_house_id_fkey FOREIGN KEY (area_id, house_id) REFERENCES public.house(area_id, house_id);

ALTER TABLE ONLY public.road_edge
    ADD CONSTRAINT road_edge_area_id_from_node_fkey FOREIGN KEY (area_id, from_node) REFERENCES public.road_node(area_id, node_id);

ALTER TABLE ONLY public.road_edge
    ADD CONSTRAINT road_edge_area_id_to_node_fkey FOREIGN KEY (area_id, to_node) REFERENCES public.road_node(area_id, node_id);

ALTER TABLE ONLY public.road_node
    ADD CONSTRAINT road_node_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.roster
    ADD CONSTRAINT roster_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.roster_swap
    ADD CONSTRAINT roster_swap_area_id_other_id_fkey FOREIGN KEY (area_id, other_id) REFERENCES public.worker(area_id, worker_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.roster_swap
    ADD CONSTRAINT roster_swap_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.routing_draft
    ADD CONSTRAINT routing_draft_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT routing_rule_area_id_department_code_fkey FOREIGN KEY (area_id, department_code) REFERENCES public.department(area_id, code);

ALTER TABLE ONLY public.routing_rule
    ADD CONSTRAINT routing_rule_area_id_rule_id_fkey FOREIGN KEY (area_id, rule_id) REFERENCES public.routing_draft(area_id, draft_id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.sos_answer
    ADD CONSTRAINT sos_answer_area_id_sos_id_fkey FOREIGN KEY (area_id, sos_id) REFERENCES public.sos(area_id, sos_id);

ALTER TABLE ONLY public.sos
    ADD CONSTRAINT sos_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.sos_look
    ADD CONSTRAINT sos_look_area_id_sos_id_fkey FOREIGN KEY (area_id, sos_id) REFERENCES public.sos(area_id, sos_id);

ALTER TABLE ONLY public.standing_done
    ADD CONSTRAINT standing_done_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.standing_duty
    ADD CONSTRAINT standing_duty_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT suggestion_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_area_id_department_code_fkey FOREIGN KEY (area_id, department_code) REFERENCES public.department(area_id, code);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_area_id_parent_task_id_fkey FOREIGN KEY (area_id, parent_task_id) REFERENCES public.task(area_id, task_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_area_id_whistle_id_fkey FOREIGN KEY (area_id, whistle_id) REFERENCES public.whistle(area_id, whistle_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.thing
    ADD CONSTRAINT thing_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE public."position"
    ADD CONSTRAINT tracked_only_on_duty FOREIGN KEY (area_id, worker_id, duty_id) REFERENCES public.duty(area_id, worker_id, duty_id);

ALTER TABLE ONLY public.whistle
    ADD CONSTRAINT whistle_area_id_case_no_fkey FOREIGN KEY (area_id, case_no) REFERENCES public.incident(area_id, case_no);

ALTER TABLE ONLY public.whistle
    ADD CONSTRAINT whistle_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.whistle
    ADD CONSTRAINT whistle_area_id_lead_code_fkey FOREIGN KEY (area_id, lead_code) REFERENCES public.department(area_id, code);

ALTER TABLE ONLY public.worker
    ADD CONSTRAINT worker_area_id_department_code_fkey FOREIGN KEY (area_id, department_code) REFERENCES public.department(area_id, code);

ALTER TABLE ONLY public.worker
    ADD CONSTRAINT worker_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.worker_leave
    ADD CONSTRAINT worker_leave_area_id_to_worker_id_fkey FOREIGN KEY (area_id, to_worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.worker_leave
    ADD CONSTRAINT worker_leave_area_id_worker_id_fkey FOREIGN KEY (area_id, worker_id) REFERENCES public.worker(area_id, worker_id);

ALTER TABLE ONLY public.worker_leave_task
    ADD CONSTRAINT worker_leave_task_area_id_from_task_id_fkey FOREIGN KEY (area_id, from_task_id) REFERENCES public.task(area_id, task_id);

ALTER TABLE ONLY public.worker_leave_task
    ADD CONSTRAINT worker_leave_task_area_id_leave_id_fkey FOREIGN KEY (area_id, leave_id) REFERENCES public.worker_leave(area_id, leave_id);

ALTER TABLE ONLY public.worker_leave_task
    ADD CONSTRAINT worker_leave_task_area_id_to_task_id_fkey FOREIGN KEY (area_id, to_task_id) REFERENCES public.task(area_id, task_id);

GRANT USAGE ON SCHEMA public TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.sos TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.incident TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.worker TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.address TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_token TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.area TO gridcommand_app;

GRANT SELECT ON TABLE public.audit TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.base_feature TO gridcommand_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.calendar_day TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.camera TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.case_counter TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.case_plan TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.case_plan_step TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.case_round TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.clock TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.clock_act TO gridcommand_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.competence_item TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contact TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.department TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.district_unit TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.division TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duty TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.duty_write TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.extension TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.fix_refusal TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.floating_resident TO gridcommand_app;

GRANT SELECT ON TABLE public.geography_columns TO gridcommand_app;

GRANT SELECT ON TABLE public.geometry_columns TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.handover TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.handover_act TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.house TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.incident_log TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.job_run TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.key_person TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_failure TO gridcommand_app;

GRANT SELECT ON TABLE public.migration TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.need TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.need_claim TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.notice TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.notice_channel TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.person TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.photo TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.place TO gridcommand_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.plan_step TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public."position" TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.position_latest TO gridcommand_app;

GRANT SELECT ON TABLE public.position_other TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rental_house TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.road_edge TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.road_node TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.roster TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.roster_swap TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.routing_draft TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.routing_rule TO gridcommand_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.shift TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.sos_answer TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.sos_look TO gridcommand_app;

GRANT SELECT ON TABLE public.spatial_ref_sys TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.standing_done TO gridcommand_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.standing_duty TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.suggestion TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.task TO gridcommand_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.thing TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.whistle TO gridcommand_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.worker_leave TO gridcommand_app;

GRANT SELECT,INSERT ON TABLE public.worker_leave_task TO gridcommand_app;
