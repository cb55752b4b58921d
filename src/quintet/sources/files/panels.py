"""What the import pages draw: questions with the select that answers them, the dry run, the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from quintet.sources.files.feeds import MISSING, feeds_of
from quintet.sources.files.forms.cards import in_words
from quintet.sources.files.forms.terms import Card, Choice, Line
from quintet.sources.files.models import State, Upload

_SHOWN_AFTER = (
    "occurred_at",
    "channel",
    "outcome",
    "content",
    "amount",
    "currency",
    "lead_id",
    "rep_id",
    "account_id",
    "opportunity_id",
)


@dataclass(frozen=True)
class Asked:
    """One question and the select that answers it.

    Args:
        sentence: what is not clear.
        place: file and column.
        setting: the line of the map that would answer it.
        name: of the select; empty where the map must be edited as TOML.
        label: of the select.
        choices: its options.
        examples: values of the column.
    """

    sentence: str
    place: str
    setting: str
    name: str = ""
    label: str = ""
    choices: tuple[Choice, ...] = ()
    examples: tuple[str, ...] = ()


def questions_of(upload: Upload, cards: Sequence[Card]) -> list[Asked]:
    """The open questions of a dry run, each select once."""
    found: list[Asked] = []
    for one in (upload.trial or {}).get("questions", []):
        asked = _asked(one, cards)
        if not any(asked.name and asked.name == other.name for other in found):
            found.append(asked)
    return found


def _asked(question: Mapping[str, str], cards: Sequence[Card]) -> Asked:
    place = f"{question['file']}, {question['column']}" if question["column"] else question["file"]
    bare = Asked(question["sentence"], place, question["setting"])
    card = _card_of(question["file"], cards)
    if card is None:
        return bare
    if question.get("target"):
        name = f"{card.number}-field-{question['target']}"
        line = next((one for one in card.lines if one.name == name), None)
        return replace(bare, name=name, label=line.label, choices=line.choices) if line else bare
    if not question["column"]:
        label = f"The rows of {card.title} are"
        return replace(bare, name=f"{card.number}-rows", label=label, choices=card.rows)
    lines = [line for line in card.lines if _chosen(line).lower() == question["column"].lower()]
    if not lines:
        return bare
    line = next((one for one in lines if one.formats and not _chosen_of(one.formats)), lines[0])
    if line.formats:
        label = f"{question['column']} is written"
        return replace(bare, name=line.format_name, label=label, choices=line.formats, examples=line.examples)
    return replace(bare, name=line.name, label=line.label, choices=line.choices, examples=line.examples)


def _card_of(file: str, cards: Sequence[Card]) -> Card | None:
    """A question names a file, or the pattern of its entry."""
    for card in cards:
        if file in {one.name for one in card.files} or (card.entry and card.entry.match == file):
            return card
    return None


def _chosen(line: Line) -> str:
    return _chosen_of(line.choices)


def _chosen_of(choices: Sequence[Choice]) -> str:
    return next((choice.value for choice in choices if choice.is_chosen), "")


def trial_panel(trial: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The dry run as it is drawn; None while there is none."""
    if trial is None or trial["questions"]:
        return None
    files = [_trial_file(one) for one in trial["files"]]
    return {
        "would": sum(one["mapped"] for one in files),
        "rejected": sum(one["rejected"] for one in files),
        "tiles": [
            ("Rows read", sum(one["read"] for one in files)),
            ("Would be loaded", sum(one["mapped"] for one in files)),
            ("Rejected", sum(one["rejected"] for one in files)),
            ("Interactions", sum(trial["kinds"].values())),
        ],
        "kinds": sorted(trial["kinds"].items(), key=lambda pair: -pair[1]),
        "files": files,
        **sorted_warnings(trial["warnings"]),
        "feeds": (feeds := feeds_of(trial["files"], trial["kinds"])),
        "lacks": [one for one in feeds if one.state == MISSING],
        "rejects": [reject for one in trial["files"] for reject in one["rejects"]],
        "day": _instant(trial["day"]) if any(one["undated"] for one in files) else None,
        "undated": sum(one["undated"] for one in files),
    }


def sorted_warnings(found: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What somebody should read, and what asks for nothing."""
    minor = [one for one in found if one.get("is_minor")]
    return {"warnings": [one for one in found if not one.get("is_minor")], "minor": minor}


def _trial_file(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "rows_are": in_words(one["rows"]),
        "first": _instant(one["first"]),
        "last": _instant(one["last"]),
        "examples": [_example(example) for example in one["examples"]],
    }


def _example(example: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line": example["line"],
        "before": list(example["before"].items()),
        "after": [_after(one) for one in example["after"]],
    }


def _after(one: Mapping[str, Any]) -> tuple[str, str]:
    """One interaction: its kind, and the rest in a line."""
    told = []
    for name in _SHOWN_AFTER:
        value = one.get(name)
        if value is None:
            continue
        if name == "occurred_at":
            told.append(f"{_instant(value):%-d %b %Y %H:%M}")
        elif name.endswith("_id"):
            told.append(f"a {in_words(name.removesuffix('_id'))}")
        else:
            told.append(str(value))
    return str(one["kind"]), ", ".join(told)


def _instant(text: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else text


def upload_list(uploads: Sequence[Upload]) -> dict[str, Any]:
    """Uploads as a record list."""
    columns = [
        ("files", "Files", "link"),
        ("state", "State"),
        ("rows", "Rows", "number"),
        ("result", "What it did"),
        ("by", "By"),
        ("at", "When", "instant"),
    ]
    return {"columns": columns, "rows": [_upload_row(one) for one in uploads], "page_size": 20}


def _upload_row(one: Upload) -> dict[str, Any]:
    report = one.report or {}
    rows = sum(file["read"] for file in report.get("files", [])) or sum(file["rows"] for file in one.seen)
    return {
        "files": f"Corrected rows: {one}" if one.corrects else str(one),
        "files_url": reverse("files:upload", args=[one.pk]),
        "state": State(one.state).label,
        "rows": rows or None,
        "result": report.get("sentence") or one.problem.split("\n")[0][:120],
        "by": str(one.user or "somebody who left"),
        "at": one.uploaded_at,
    }


def load_list(stories: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Loads of the command line as a record list."""
    columns = [("load", "Load", "link"), ("map", "Map"), ("result", "What it did"), ("at", "When", "instant")]
    rows = [
        {
            "load": one["load_id"],
            "load_url": reverse("files:rejects", args=[one["load_id"]]),
            "map": one["map"],
            "result": str(one["sentence"]).partition(", see ")[0],
            "at": _instant(one["at"]),
        }
        for one in stories
    ]
    return {"columns": columns, "rows": rows, "page_size": 20}


def report_list(report: Mapping[str, Any]) -> dict[str, Any]:
    """What became of each file as a record list: every line is in one of its columns."""
    columns = [
        ("file", "File"),
        ("rows_are", "Rows are"),
        ("physical_lines", "Lines", "number"),
        ("loaded", "Loaded", "number"),
        ("known", "Known", "number"),
        ("rejected", "Rejected", "number"),
        ("set_aside", "Aside", "number"),
        ("further", "Blank", "number"),
        ("added", "Interactions", "number"),
        ("restated", "Restated", "number"),
        ("adds_up", "Adds up"),
    ]
    rows = [
        {
            **one,
            "rows_are": in_words(one["rows"]),
            "further": one["continuation_lines"] + one["blank_lines"],
            "adds_up": "yes" if one["reconciles"] else "NO",
        }
        for one in report["files"]
    ]
    return {"columns": columns, "rows": rows}


def reject_list(rejected: Sequence[Any]) -> dict[str, Any]:
    """Rejected rows as a record list."""
    columns = [
        ("file", "File"),
        ("line", "Line", "number"),
        ("column", "Column"),
        ("value", "Value"),
        ("reason", "Why"),
        ("step", "What to do"),
    ]
    return {"columns": columns, "rows": [vars(one) for one in rejected]}


def link(page: str) -> str:
    """The address of another room's page; empty while there is none."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
