"""What the ledger says of training, as queries for facts/asked.py: modules, exams, answers, calls."""

_MODULE_COMPLETIONS = """
    SELECT rep_id, content AS module, occurred_at AT TIME ZONE 'UTC' AS completed_at,
        json_extract_string(detail, '$.finished_by') AS finished_by,
        recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
    QUALIFY row_number() OVER (PARTITION BY rep_id, content ORDER BY occurred_at, recorded_at, key) = 1
"""

_EXAM_SITTINGS = """
    SELECT rep_id, content AS exam, CAST(json_extract_string(detail, '$.score') AS DOUBLE) AS score,
        CASE outcome WHEN 'passed' THEN true WHEN 'failed' THEN false END AS is_passed,
        occurred_at AT TIME ZONE 'UTC' AS taken_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
"""

_EXAM_ANSWERS = """
    SELECT rep_id, content AS exam, json_extract_string(detail, '$.question') AS question,
        CAST(json_extract_string(detail, '$.attempt') AS BIGINT) AS attempt,
        CAST(json_extract_string(detail, '$.share') AS DOUBLE) AS share,
        occurred_at AT TIME ZONE 'UTC' AS taken_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND json_extract_string(detail, '$.question') IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
    QUALIFY row_number() OVER (PARTITION BY rep_id, content, occurred_at, question
        ORDER BY recorded_at DESC, key DESC) = 1
"""

# A call is told anew when its rep or lead is put right: the newest telling counts; scores are as said.
_CONVERSATIONS = """
    WITH owned AS (
        SELECT r.*, json_extract_string(r.detail, '$.call') AS call,
            coalesce(o.lead_id, r.lead_id, r.opportunity_id) AS journey_id
        FROM rows_of_kind AS r LEFT JOIN opportunities AS o ON r.opportunity_id = o.opportunity_id
    )
    SELECT call, rep_id, journey_id AS lead_id, opportunity_id,
        occurred_at AT TIME ZONE 'UTC' AS started_at,
        TRY_CAST(json_extract_string(detail, '$.minutes') AS DOUBLE) AS minutes,
        TRY_CAST(json_extract_string(detail, '$.talk_ratio') AS DOUBLE) AS talk_ratio,
        TRY_CAST(json_extract_string(detail, '$.longest_monologue_seconds') AS DOUBLE)
            AS longest_monologue_seconds,
        TRY_CAST(json_extract_string(detail, '$.questions') AS BIGINT) AS questions,
        TRY_CAST(json_extract_string(detail, '$.patience_seconds') AS DOUBLE) AS patience_seconds,
        TRY_CAST(json_extract_string(detail, '$.switches_a_minute') AS DOUBLE) AS switches_a_minute,
        recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM owned WHERE call IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY call ORDER BY recorded_at DESC, key DESC) = 1
"""

_CALL_SCORES = """
    SELECT json_extract_string(detail, '$.call') AS call, rep_id, content AS question,
        coalesce(json_extract_string(detail, '$.rater'), 'unknown') AS rater,
        json_extract_string(detail, '$.step') AS step,
        TRY_CAST(json_extract_string(detail, '$.score') AS DOUBLE) AS score,
        occurred_at AT TIME ZONE 'UTC' AS scored_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind
    WHERE content IS NOT NULL AND json_extract_string(detail, '$.call') IS NOT NULL
        AND TRY_CAST(json_extract_string(detail, '$.score') AS DOUBLE) IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY json_extract_string(detail, '$.call'), rater, content ORDER BY recorded_at DESC, key DESC
    ) = 1
"""

#: table → kinds it reads, whether every version of a record counts, and its query over `rows_of_kind`.
TAUGHT = {
    "module_completions": (("module.completed",), True, _MODULE_COMPLETIONS),
    "exam_sittings": (("exam.taken",), True, _EXAM_SITTINGS),
    "exam_answers": (("exam.answered",), True, _EXAM_ANSWERS),
    "conversations": (("call.transcribed",), True, _CONVERSATIONS),
    "call_scores": (("call.reviewed",), True, _CALL_SCORES),
}
