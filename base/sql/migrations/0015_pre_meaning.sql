-- What a state of a case means, for statements: the table of dispatch/cases/lifecycle.py, and a test proves them equal.
-- Each is a single "select", neither strict nor volatile: the planner takes it apart and uses the indexes as if the list
-- stood in the statement.
create function stage_v1(p_state text) returns text language sql immutable parallel safe as $$
    select case
        when p_state in ('reported', 'checking', 'accepted') then 'waiting'
        when p_state in ('dispatched', 'received') then 'on_the_way'
        when p_state in ('on_scene', 'handling') then 'at_work'
        when p_state in ('suspended') then 'paused'
        when p_state in ('handled', 'verifying', 'self_handled') then 'to_verify'
        when p_state in ('closed', 'archived', 'rejected', 'merged', 'cancelled') then 'ended'
    end
$$;
comment on function stage_v1 is 'how far a case in this state is';

create function is_open_v1(p_state text) returns boolean language sql immutable parallel safe as $$
    select p_state not in ('closed', 'archived', 'rejected', 'merged', 'cancelled')
$$;
comment on function is_open_v1 is 'whether something is still to be done; written as the condition of the index incident_open';

create function is_in_hand_v1(p_state text) returns boolean language sql immutable parallel safe as $$
    select p_state in ('dispatched', 'received', 'on_scene', 'handling')
$$;
comment on function is_in_hand_v1 is 'whether somebody was sent and has not answered yet';

create function is_counted_v1(p_state text) returns boolean language sql immutable parallel safe as $$
    select p_state not in ('rejected', 'merged', 'cancelled')
$$;
comment on function is_counted_v1 is 'whether the figures count it as a case of its own';

-- Whether a case is overdue: the one answer. Its clock runs while somebody still has to handle it.
create function running_due_v1(p_state text, p_due_at timestamptz, p_handled_at timestamptz)
returns timestamptz language sql immutable parallel safe as $$
    select case when p_handled_at is null and stage_v1(p_state) in ('waiting', 'on_the_way', 'at_work')
                then p_due_at end
$$;
comment on function running_due_v1 is
    'the deadline of handling while its clock runs; null once handled, when all is over, and while paused';

create function is_overdue_v1(p_state text, p_due_at timestamptz, p_handled_at timestamptz, p_at timestamptz)
returns boolean language sql immutable parallel safe as $$
    select coalesce(running_due_v1(p_state, p_due_at, p_handled_at) < p_at, false)
$$;
comment on function is_overdue_v1 is 'overdue (超期): past due and not handled';
