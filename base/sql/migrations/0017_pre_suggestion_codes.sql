-- Advice kept before was told in the language of whoever asked for it, or named its codes by keys of the texts. All of it
-- becomes codes and values, as it is kept now: each value is read out of the sentence, the more exact numbers of the
-- worker it is about are taken where they stand beside it, and a sentence that cannot be read is kept as it is.

-- What the codes in the sentences were called, in Chinese and in English.
create temporary table was_called (list text, code text, zh text, en text) on commit drop;
insert into was_called values
    ('status', 'off_duty', '不在岗', 'off duty'),
    ('status', 'on_duty_idle', '待命', 'ready'),
    ('status', 'patrolling', '巡查中', 'on patrol'),
    ('status', 'responding', '赶往现场', 'on the way'),
    ('status', 'on_scene', '现场处置', 'on scene'),
    ('status', 'break', '休息', 'on a break'),
    ('status', 'sos', '求助', 'calling for help'),
    ('status', 'offline', '离线', 'offline'),
    ('mode', 'foot', '步行', 'on foot'),
    ('mode', 'ebike', '电动自行车', 'by e-bike'),
    ('mode', 'car', '汽车', 'by car'),
    ('role', 'grid_worker', '专职网格员', 'Grid worker'),
    ('role', 'parttime_worker', '兼职网格员', 'Part-time grid worker'),
    ('role', 'micro_leader', '微网格长', 'Micro-grid leader'),
    ('role', 'grid_leader', '网格长', 'Grid leader'),
    ('role', 'dept_handler', '部门经办', 'Department handler'),
    ('skill', 'mediation', '调解', 'mediation'),
    ('skill', 'fire', '消防', 'fire'),
    ('skill', 'first_aid', '急救', 'first aid'),
    ('skill', 'water_rescue', '水上救援', 'water rescue'),
    ('skill', 'law_enforcement', '执法', 'law enforcement'),
    ('skill', 'driving', '驾驶', 'driving'),
    ('skill', 'boat', '船艇', 'boat'),
    ('skill', 'electric', '电工', 'electrician'),
    ('skill', 'dialect', '方言', 'dialect'),
    ('skill', 'psych', '心理', 'psychology'),
    ('skill', 'uav', '无人机', 'drone'),
    ('skill', 'food_safety', '食品安全', 'food safety'),
    ('count', 'off_duty', '不在岗', 'off duty'),
    ('count', 'responding', '赶往其他事件', 'on the way to other cases'),
    ('count', 'on_scene', '处置其他事件', 'busy with other cases'),
    ('count', 'break', '休息', 'on a break'),
    ('count', 'sos', '求助中', 'calling for help'),
    ('count', 'never_seen', '没有定位', 'without a position'),
    ('count', 'fix_too_old', '定位过旧', 'with an old position'),
    ('count', 'not_free', '状态不可派', 'not free'),
    ('count', 'light_tasks_only', '兼职人员不派此级', 'part-timers not sent to this priority'),
    ('count', 'other_department', '属其他部门', 'of other departments'),
    ('count', 'role_not_sent', '职务不直接派单', 'of roles not sent out'),
    ('count', 'unreachable', '没有道路可到', 'without a road to it');

-- How each reason was told, the values it was told with in the order in which they stand.
create temporary table was_told (code text, pattern text, names text[]) on commit drop;
insert into was_told values
    ('duty', '^在岗:(.+)$', '{status}'),
    ('duty', '^On duty: (.+)$', '{status}'),
    ('way', '^(.+),路程 (.+)$', '{mode,distance}'),
    ('way', '^(.+), (.+) by road$', '{mode,distance}'),
    ('detour', '^直线 (.+),沿路需绕行 (.+)$', '{straight,distance}'),
    ('detour', '^(.+) straight, (.+) by road$', '{straight,distance}'),
    ('detour_bridge', '^直线 (.+),需绕桥 (.+)\(过桥 (.+) 座\)$', '{straight,distance,bridges}'),
    ('detour_bridge', '^(.+) straight, (.+) round by the bridge \((.+) crossed\)$', '{straight,distance,bridges}'),
    ('skill', '^具备(.+)技能$', '{skills}'),
    ('skill', '^Skilled: (.+)$', '{skills}'),
    ('no_skill', '^没有(.+)技能$', '{skills}'),
    ('no_skill', '^Without the skill: (.+)$', '{skills}'),
    ('same_grid', '', '{}'),
    ('tasks_today', '^今日已派 (.+) 件$', '{count}'),
    ('tasks_today', '^(.+) tasks given today$', '{count}'),
    ('no_task_today', '', '{}'),
    ('fix', '^定位于 (.+)前$', '{age}'),
    ('fix', '^Seen (.+) ago$', '{age}'),
    ('fix_accurate', '^定位于 (.+)前,精度 (.+)$', '{age,accuracy}'),
    ('fix_accurate', '^Seen (.+) ago, within (.+)$', '{age,accuracy}'),
    ('fix_vague', '^定位于 (.+)前,精度仅 (.+)$', '{age,accuracy}'),
    ('fix_vague', '^Seen (.+) ago, only within (.+)$', '{age,accuracy}'),
    ('reporter', '', '{}'),
    ('preferred', '^晚到 (.+),因技能、网格或今日负担排在前$', '{later}'),
    ('preferred', '^(.+) later, placed first for skill, grid or load today$', '{later}'),
    ('off_duty', '', '{}'),
    ('responding', '^正赶往事件 (.+)$', '{case_no}'),
    ('responding', '^On the way to case (.+)$', '{case_no}'),
    ('on_scene', '^正在处置事件 (.+)$', '{case_no}'),
    ('on_scene', '^Busy with case (.+)$', '{case_no}'),
    ('break', '', '{}'),
    ('sos', '', '{}'),
    ('never_seen', '', '{}'),
    ('fix_too_old', '^定位已是 (.+)前$', '{age}'),
    ('fix_too_old', '^Last seen (.+) ago$', '{age}'),
    ('not_free', '^当前状态:(.+)$', '{status}'),
    ('not_free', '^Now: (.+)$', '{status}'),
    ('light_tasks_only', '^兼职人员不派 (.+) 级事件$', '{priority}'),
    ('light_tasks_only', '^Part-timers are not sent to (.+)$', '{priority}'),
    ('other_department', '', '{}'),
    ('role_not_sent', '^(.+)不直接派单$', '{role}'),
    ('role_not_sent', '^(.+): not sent out$', '{role}'),
    ('unreachable', '', '{}'),
    ('slower', '^直线 (.+),沿路 (.+),需 (.+)$', '{straight,distance,eta}'),
    ('slower', '^(.+) straight, (.+) by road, (.+)$', '{straight,distance,eta}'),
    ('slower_bridge', '^直线 (.+),隔水需绕桥 (.+),需 (.+)$', '{straight,distance,eta}'),
    ('slower_bridge', '^(.+) straight, across the water: (.+) round by the bridge, (.+)$', '{straight,distance,eta}'),
    ('later', '^沿路 (.+),需 (.+),晚于所荐人员$', '{distance,eta}'),
    ('later', '^(.+) by road, (.+), later than those suggested$', '{distance,eta}'),
    ('outranked', '^需 (.+),因技能、网格或今日负担排在所荐人员之后$', '{eta}'),
    ('outranked', '^(.+), placed behind those suggested for skill, grid or load today$', '{eta}'),
    ('no_workers', '', '{}'),
    ('all_off_duty', '^全部 (.+) 人都不在岗$', '{count}'),
    ('all_off_duty', '^All (.+) are off duty$', '{count}'),
    ('nobody_free', '^无人可派:(.+)$', '{counts}'),
    ('nobody_free', '^Nobody can be sent: (.+)$', '{counts}');

-- An entry of a list as it is kept now.
create function pg_temp.code_v0(p_list text, p_code text, p_values jsonb default '{}') returns jsonb
language sql as $$
    select jsonb_build_object('names', 'suggestion.' || p_list, 'code', p_code, 'values', p_values)
$$;

-- One of its entries by what it was called; null when none was called so.
create function pg_temp.called_v0(p_list text, p_name text, p_values jsonb default '{}') returns jsonb
language sql as $$
    select pg_temp.code_v0(list, code, p_values) from was_called where list = p_list and p_name in (zh, en) limit 1
$$;

-- A number with its unit in metres or seconds: "1.2 公里", "5 min"; null when it is none.
create function pg_temp.amount_v0(p_words text) returns jsonb language sql as $$
    select case when part[2] in ('米', '公里', 'm', 'km')
            then jsonb_build_object('metres', part[1]::numeric
                * case when part[2] in ('公里', 'km') then 1000 else 1 end)
            else jsonb_build_object('seconds', part[1]::numeric
                * case when part[2] in ('分钟', 'min') then 60 when part[2] in ('小时', 'h') then 3600 else 1 end)
        end
    from regexp_match(p_words, '^([0-9]+(?:\.[0-9]+)?) (米|公里|m|km|秒|分钟|小时|s|min|h)$') part
    where part is not null
$$;

-- "不在岗 3 人" or "3 off duty"
create function pg_temp.count_v0(p_words text) returns jsonb language sql as $$
    select coalesce(pg_temp.called_v0('count', zh[1], jsonb_build_object('count', zh[2]::integer)),
                    pg_temp.called_v0('count', en[2], jsonb_build_object('count', en[1]::integer)))
    from (select regexp_match(p_words, '^(.+) ([0-9]{1,6}) 人$') as zh,
                 regexp_match(p_words, '^([0-9]{1,6}) (.+)$') as en) found
$$;

-- What one value of a sentence says; null when it cannot be read.
create function pg_temp.value_v0(p_name text, p_words text) returns jsonb language plpgsql as $$
declare
    found jsonb;
begin
    if p_name in ('straight', 'distance', 'accuracy', 'age', 'eta', 'later') then
        return pg_temp.amount_v0(p_words);
    elsif p_name in ('status', 'mode', 'role') then
        return pg_temp.called_v0(p_name, p_words);
    elsif p_name = 'skills' then
        select jsonb_agg(pg_temp.called_v0('skill', one) order by place) into found
        from regexp_split_to_table(p_words, '、|, ') with ordinality part(one, place);
    elsif p_name = 'counts' then
        select jsonb_agg(pg_temp.count_v0(one) order by place) into found
        from regexp_split_to_table(p_words, ',|, ') with ordinality part(one, place);
    elsif p_name in ('count', 'bridges') then
        return case when p_words ~ '^[0-9]{1,6}$' then to_jsonb(p_words::integer) end;
    else
        return to_jsonb(p_words);
    end if;
    return case when found @> '[null]' then null else found end;
end $$;

-- The values of a reason that was told in a sentence; p_exact: numbers of the worker it is about, by the value's name.
create function pg_temp.read_v0(p_code text, p_sentence text, p_exact jsonb) returns jsonb language plpgsql as $$
declare
    told record;
    parts text[];
    found jsonb;
begin
    for told in select * from was_told where was_told.code = p_code loop
        parts := regexp_match(p_sentence, told.pattern);
        if parts is not null then
            select coalesce(jsonb_object_agg(
                name, coalesce(p_exact -> name, pg_temp.value_v0(name, parts[place]), 'null')), '{}')
            into found from unnest(told.names) with ordinality named(name, place);
            if not exists (select from jsonb_each(found) where value = 'null') then
                return found;
            end if;
        end if;
    end loop;
    return jsonb_build_object('text', p_sentence);
end $$;

-- The values of a reason that was kept as codes: keys of texts become entries of lists.
create function pg_temp.values_v0(p_values jsonb) returns jsonb language sql as $$
    select coalesce(jsonb_object_agg(key, case
        when jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^@suggestion\.[a-z_]+\.[a-z_]+$'
            then pg_temp.code_v0(split_part(value #>> '{}', '.', 2), split_part(value #>> '{}', '.', 3))
        when key = 'skills' and jsonb_typeof(value -> 0) = 'string'
            then (select jsonb_agg(pg_temp.code_v0('skill', one) order by place)
                  from jsonb_array_elements_text(value) with ordinality skill(one, place))
        when key = 'counts' and jsonb_typeof(value -> 0) = 'array'
            then (select jsonb_agg(pg_temp.code_v0('count', one ->> 0, jsonb_build_object('count', one -> 1))
                                   order by place)
                  from jsonb_array_elements(value) with ordinality counted(one, place))
        else value end), '{}')
    from jsonb_each(p_values)
$$;

create function pg_temp.reason_v0(p_reason jsonb, p_exact jsonb default '{}') returns jsonb language sql as $$
    select jsonb_build_object('code', p_reason -> 'code', 'values', case
        when p_reason ? 'values' then pg_temp.values_v0(p_reason -> 'values')
        else pg_temp.read_v0(p_reason ->> 'code', p_reason ->> 'text', p_exact) end)
$$;

create function pg_temp.worker_v0(p_worker jsonb) returns jsonb language sql as $$
    select p_worker || jsonb_build_object('reasons', coalesce((
        select jsonb_agg(pg_temp.reason_v0(reason, exact) order by place)
        from jsonb_array_elements(p_worker -> 'reasons') with ordinality told(reason, place)), '[]'))
    from (select (select coalesce(jsonb_object_agg(name, jsonb_build_object(unit, value)), '{}')
                  from (values ('straight', 'metres', p_worker -> 'straight_m'),
                               ('distance', 'metres', p_worker -> 'distance_m'),
                               ('accuracy', 'metres', p_worker -> 'accuracy_m'),
                               ('age', 'seconds', p_worker -> 'fix_age_s')) number(name, unit, value)
                  where jsonb_typeof(value) = 'number')) numbers(exact)
$$;

create function pg_temp.passed_over_v0(p_entry jsonb) returns jsonb language sql as $$
    select p_entry || jsonb_build_object('reason', pg_temp.reason_v0(p_entry -> 'reason',
        jsonb_build_object('straight', jsonb_build_object('metres', p_entry -> 'straight_m'))))
$$;

-- How many more were passed over was not counted: known only where there was room for all.
update suggestion set answer = answer || jsonb_build_object(
    'workers', coalesce((select jsonb_agg(pg_temp.worker_v0(worker) order by place)
                         from jsonb_array_elements(answer -> 'workers') with ordinality each(worker, place)), '[]'),
    'passed_over', coalesce((select jsonb_agg(pg_temp.passed_over_v0(entry) order by place)
                             from jsonb_array_elements(answer -> 'passed_over') with ordinality each(entry, place)),
                            '[]'),
    'passed_over_more', case when jsonb_array_length(answer -> 'passed_over') < 12 then 0 end,
    'nobody', case when jsonb_typeof(answer -> 'nobody') = 'object' then pg_temp.reason_v0(answer -> 'nobody') end)
where not answer ? 'passed_over_more';
comment on column suggestion.answer is 'codes and values, no sentence: dispatch/advice/given.py';
