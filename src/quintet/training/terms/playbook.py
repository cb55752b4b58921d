"""A playbook page as it is written, and what a version changed, word by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from quintet.kernel.counted import counted
from quintet.kernel.errors import BadInput
from quintet.training.terms.words import SECTIONS, STEPS

LONGEST = 40_000
#: Unchanged paragraphs beside a change that are still shown.
_BESIDE = 1
#: Passages with less in common than this are shown one after the other, not word by word.
_ALIKE = 0.35


@dataclass(frozen=True)
class PageText:
    """What somebody writes on a page.

    Args:
        key: its address, which never changes.
        section: one of SECTIONS.
        title: as people call it.
        body: Markdown.
        moves: the step of the funnel it should move, one of STEPS; empty where none.
        buyers_stage: the company's own word for where the buyer stands.
        context: segment or lead type it is for; empty for all.
    """

    key: str
    section: str
    title: str
    body: str
    moves: str = ""
    buyers_stage: str = ""
    context: str = ""


@dataclass(frozen=True)
class Written:
    """How a version came about.

    Args:
        why: what changed, and why.
        unsettles: do certificates that rest on the page have to be earned again?
    """

    why: str = ""
    unsettles: bool = False


class Fate(StrEnum):
    """What became of a passage."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    FOLDED = "folded"


@dataclass(frozen=True)
class Passage:
    """Words in a row that share their fate; of folded ones, how many paragraphs they are."""

    fate: Fate
    text: str


@dataclass(frozen=True)
class DiffLine:
    """One paragraph of a comparison, in passages."""

    passages: tuple[Passage, ...]

    @property
    def is_changed(self) -> bool:
        """Was anything in it removed or added?"""
        return any(one.fate in {Fate.REMOVED, Fate.ADDED} for one in self.passages)


def checked(text: PageText) -> PageText:
    """The page, if somebody could sell by it.

    Raises:
        BadInput: naming what is missing or too long.
    """
    if not text.title.strip():
        raise BadInput("a page needs a title: say in a few words what it is about")
    if not text.body.strip():
        raise BadInput(f"{text.title!r} says nothing yet: write what to say or to do")
    if len(text.body) > LONGEST:
        raise BadInput(f"a page holds {LONGEST:,} characters, got {len(text.body):,}: split it in two")
    if text.section not in SECTIONS:
        raise BadInput(f"section must be one of {', '.join(SECTIONS)}, got {text.section!r}")
    if text.moves and text.moves not in STEPS:
        raise BadInput(f"the step it moves must be one of {', '.join(STEPS)}, got {text.moves!r}")
    return text


def diff(before: str, after: str) -> tuple[DiffLine, ...]:
    """What changed from one version to the next, as a person reads it: removed and added words in place.

    Paragraphs far from a change are folded into one line that says how many they are.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    lines: list[DiffLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [DiffLine((Passage(Fate.SAME, text),)) for text in old[a:b]]
        else:
            lines += _changed(old[a:b], new[c:d])
    return tuple(_folded(lines))


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").strip().split("\n") if line.strip()]


def _changed(old: list[str], new: list[str]) -> list[DiffLine]:
    """Paragraphs that stand for each other word by word, the others whole."""
    paired = len(old) == len(new)
    if paired and all(_is_alike(was, now) for was, now in zip(old, new, strict=True)):
        return [DiffLine(_words(was, now)) for was, now in zip(old, new, strict=True)]
    removed = [DiffLine((Passage(Fate.REMOVED, text),)) for text in old]
    return removed + [DiffLine((Passage(Fate.ADDED, text),)) for text in new]


def _is_alike(was: str, now: str) -> bool:
    """By words: spaces and full stops are common to any two sentences."""
    return SequenceMatcher(None, was.split(), now.split(), autojunk=False).ratio() >= _ALIKE


def _words(was: str, now: str) -> tuple[Passage, ...]:
    old, new = _tokens(was), _tokens(now)
    found: list[Passage] = []
    gone, come = "", ""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[a:b]) if kind == "equal" else ""
        if kind == "equal" and (same.strip() or not (gone or come)):
            found += [*_replaced(gone, come), Passage(Fate.SAME, same)]
            gone, come = "", ""
        else:  # a space between two changed words changed with them
            gone, come = gone + "".join(old[a:b]), come + "".join(new[c:d])
    return (*found, *_replaced(gone, come))


def _replaced(gone: str, come: str) -> list[Passage]:
    return [Passage(fate, text) for fate, text in ((Fate.REMOVED, gone), (Fate.ADDED, come)) if text]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _folded(lines: list[DiffLine]) -> Iterable[DiffLine]:
    changed = [at for at, line in enumerate(lines) if line.is_changed]
    near = {at + step for at in changed for step in range(-_BESIDE, _BESIDE + 1)}
    skipped = 0
    for at, line in enumerate(lines):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield _fold(skipped)
        skipped = 0
        yield line
    if skipped:
        yield _fold(skipped)


def _fold(count: int) -> DiffLine:
    said = f"{counted(count, 'paragraph')} unchanged"
    return DiffLine((Passage(Fate.FOLDED, said),))
