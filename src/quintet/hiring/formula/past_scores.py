"""Read a spreadsheet of past scores: what each column means, and what each row says.

A row is one interviewer's scores of one candidate (a column a criterion), or one score (a column names
the criterion). A value that cannot be read is refused by line, column, value and rule; the rest counts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from quintet.hiring.terms.past_scores import (
    CRITERION,
    OUTCOME_WORDS,
    Known,
    PastCandidate,
    PastScore,
    PastScores,
    Reading,
    Refused,
    Sheet,
)
from quintet.hiring.terms.words import HIGHEST, LOWEST, OVERALL

_HEADERS = {
    "email": r"(candidate|applicant|person)?_?(e_?mail|mail)(_address)?",
    "candidate": r"(candidate|applicant|person|full)?_?name|candidate|applicant",
    "interviewer": r"interviewer.*|rater|scored_by|assessor|reviewer|evaluator",
    "round": r"round|stage|interview|interview_round",
    "applied": r"appli(ed|cation)_?(on|at|date)?|date_applied",
    "decided": r"decided_?(on|at|date)?|decision_?(on|at|date)|hired_on|hire_date|date_decided",
    "outcome": r"outcome|decision|result|status|hired",
    "rep": r"rep|rep_name|sales_rep|employee|crm_user|became|owner",
    "role": r"role|position|job|vacancy|job_title",
    "source": r"source|channel|referred_by|came_from",
    "criterion": r"criteri(on|a)|attribute|trait|competency|skill",
    "score": r"score|rating|points|mark",
    "overall": r"overall(_.*)?|verdict|recommendation|total(_score)?|overall_score",
}
_SLUG = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
#: Where the usual scales end; so many of the values must lie on one.
_SCALES = (5.0, 10.0, 100.0)
_MOSTLY = 0.8
_DATES = {
    True: ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    False: ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    None: (),
}
_PLAIN_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}")
_MONTHS = 12


def key_of(name: str) -> str:
    """The key a criterion of that name gets."""
    return _SLUG.sub("_", name.lower()).strip("_")[:60]


def propose(sheet: Sheet, known: Known) -> Reading:
    """What the columns seem to mean, by their names and values.

    Args:
        sheet: as handed in.
        known: criteria that are written down; a column of another name with numbers is a new one.
    """
    meanings: dict[str, str] = {}
    for column in sheet.columns:
        header = key_of(column)
        fitting = (m for m, pattern in _HEADERS.items() if re.fullmatch(pattern, header))
        meaning = next((one for one in fitting if one not in meanings.values()), "")
        meanings[column] = meaning or _by_values(sheet, column, known)
    if "score" in meanings.values() and "criterion" not in meanings.values():
        meanings = {c: CRITERION + key_of(c) if m == "score" else m for c, m in meanings.items()}
    values = list(_scores_of(sheet, meanings))
    low = min(values, default=float(LOWEST))
    limits = (limit for limit in _SCALES if sum(one <= limit for one in values) >= _MOSTLY * len(values))
    highest = next(limits, max(values, default=float(HIGHEST)))
    return Reading(meanings, 0.0 if low < LOWEST else 1.0, highest, _day_first(sheet, meanings))


def read_past_scores(sheet: Sheet, reading: Reading, known: Known) -> PastScores:
    """What a sheet says.

    Args:
        sheet: as handed in.
        reading: what its columns mean.
        known: who and what is known.
    """
    refused: list[Refused] = list(_cannot_start(sheet, reading))
    if refused:
        return PastScores((), tuple(refused))
    groups: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for line, row in sheet.rows.items():
        name, email = (row.get(reading.column(one), "") for one in ("candidate", "email"))
        if not name and not email:
            refused.append(
                Refused(line, "", "", "the row names no candidate", "fill in the candidate's name or e-mail")
            )
            continue
        groups[(email or name).lower()].append((line, row))
    reader = _Reader(reading, known, refused)
    return PastScores(tuple(reader.candidate(ref, rows) for ref, rows in groups.items()), tuple(refused))


def _by_values(sheet: Sheet, column: str, known: Known) -> str:
    told = [row[column] for row in sheet.rows.values() if column in row]
    numbers = [one for one in told if _NUMBER.fullmatch(one)]
    is_known = known.criteria.get(column.lower()) or known.criteria.get(key_of(column))
    if told and len(numbers) >= _MOSTLY * len(told) and (is_known or key_of(column) != "line"):
        return CRITERION + (is_known or key_of(column))
    return "ignored"


def _scores_of(sheet: Sheet, meanings: dict[str, str]) -> Iterator[float]:
    for column, meaning in meanings.items():
        if meaning.startswith(CRITERION) or meaning in {"score", "overall"}:
            texts = (row[column] for row in sheet.rows.values() if column in row)
            yield from (float(one.replace(",", ".")) for one in texts if _NUMBER.fullmatch(one))


def _day_first(sheet: Sheet, meanings: dict[str, str]) -> bool | None:
    """Does the day come first? None where no date says so."""
    columns = [column for column, one in meanings.items() if one in {"applied", "decided"}]
    texts = (row[column] for row in sheet.rows.values() for column in columns if column in row)
    for match in filter(None, map(_NUMERIC_DATE.fullmatch, texts)):
        first, second = int(match[1]), int(match[2])
        if max(first, second) > _MONTHS:
            return first > _MONTHS
    return None


def _cannot_start(sheet: Sheet, reading: Reading) -> Iterator[Refused]:
    if not reading.column("candidate") and not reading.column("email"):
        yield Refused(0, "", sheet.name, "no column names the candidate", "say which column holds the name")
    long = bool(reading.column("criterion")) and bool(reading.column("score"))
    if not reading.criteria and not long and not reading.column("overall"):
        yield Refused(0, "", sheet.name, "no column holds scores", "say which columns are criteria")
    if not reading.lowest < reading.highest:
        scale = f"{reading.lowest:g} to {reading.highest:g}"
        yield Refused(0, "", scale, "the scale must run from worse to better", "give the lowest score first")


class _Reader:
    """Reads the rows of one candidate after the other; what it refuses is told as it goes."""

    def __init__(self, reading: Reading, known: Known, refused: list[Refused]) -> None:
        self.reading, self.known, self.refused = reading, known, refused

    def candidate(self, ref: str, rows: list[tuple[int, dict[str, str]]]) -> PastCandidate:
        """The candidate of these rows; what several rows say is taken from the last that says it."""
        told = {m: self._last(rows, m) for m in ("candidate", "email", "role", "source", "rep")}
        rep = told["rep"][1]
        return PastCandidate(
            ref=ref,
            name=told["candidate"][1] or ref,
            email=told["email"][1],
            role=told["role"][1],
            source=told["source"][1],
            applied_on=self._day(rows, "applied"),
            decided_on=self._day(rows, "decided"),
            outcome=self._outcome(rows),
            rep=rep,
            rep_id=self.known.reps.get((rep or told["candidate"][1]).lower()),
            scores=tuple(self._scores(rows)),
        )

    def _last(self, rows: list[tuple[int, dict[str, str]]], meaning: str) -> tuple[int, str]:
        column = self.reading.column(meaning)
        found = [(line, row[column]) for line, row in rows if row.get(column)]
        return found[-1] if found else (0, "")

    def _day(self, rows: list[tuple[int, dict[str, str]]], meaning: str) -> date | None:
        line, text = self._last(rows, meaning)
        if not text:
            return None
        for pattern in (*_PLAIN_DATES, *_DATES[self.reading.day_first]):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day, not an instant
            except ValueError:
                continue
        step = "write it as 2024-04-03"
        if _NUMERIC_DATE.fullmatch(text) and self.reading.day_first is None:
            step = "say whether the day or the month comes first"
        self.refused.append(Refused(line, self.reading.column(meaning), text, "not a date", step))
        return None

    def _outcome(self, rows: list[tuple[int, dict[str, str]]]) -> str:
        line, text = self._last(rows, "outcome")
        found = OUTCOME_WORDS.get(text.lower(), "")
        if text and not found:
            column = self.reading.column("outcome")
            step = "write hired, rejected or withdrew"
            self.refused.append(Refused(line, column, text, "not an outcome", step))
        return found

    def _scores(self, rows: list[tuple[int, dict[str, str]]]) -> Iterator[PastScore]:
        """The scores of all rows; of two by one interviewer, round and criterion the later counts."""
        found: dict[tuple[str, str, str], PastScore] = {}
        for line, row in rows:
            who = self._interviewer(row.get(self.reading.column("interviewer"), ""))
            place = row.get(self.reading.column("round"), "")
            for column, criterion in self._columns(row):
                points = self._points(line, column, row.get(column, ""))
                if points is not None:
                    found[who, place, criterion] = PastScore(who, place, criterion, points)
        yield from found.values()

    def _columns(self, row: dict[str, str]) -> Iterator[tuple[str, str]]:
        yield from self.reading.criteria.items()
        if overall := self.reading.column("overall"):
            yield overall, OVERALL
        name = row.get(self.reading.column("criterion"), "")
        if name and (score := self.reading.column("score")):
            known = self.known.criteria
            yield score, known.get(name.lower()) or known.get(key_of(name)) or key_of(name)

    def _interviewer(self, text: str) -> str:
        return self.known.interviewers.get(text.lower()) or (f"name:{text.lower()}" if text else "unknown")

    def _points(self, line: int, column: str, text: str) -> float | None:
        """A score on the scale of 1 to 10; None where there is none."""
        if not text:
            return None
        low, high = self.reading.lowest, self.reading.highest
        number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
        if number is None or not low <= number <= high:
            reason = f"not a score from {low:g} to {high:g}"
            self.refused.append(Refused(line, column, text, reason, "correct it, or change the scale above"))
            return None
        return LOWEST + (number - low) / (high - low) * (HIGHEST - LOWEST)
