"""What the ledger says of training, as queries for facts/asked.py: modules finished, exams taken, answers."""

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

#: table → kinds it reads, whether every version of a record counts, and its query over `rows_of_kind`.
TAUGHT = {
    "module_completions": (("module.completed",), True, _MODULE_COMPLETIONS),
    "exam_sittings": (("exam.taken",), True, _EXAM_SITTINGS),
    "exam_answers": (("exam.answered",), True, _EXAM_ANSWERS),
}
