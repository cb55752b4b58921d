"""Marketing's rule: what a lead must show at hand-over, written one condition a line.

    all of
      points >= 12
      segment in {small business, mid market}
      any of
        did form: demo
        source = referral

| line | is met by a lead that |
|---|---|
| `all of`, `any of`, `none of` | meets all, at least one, none of the lines set in below it |
| `points >= 12` | has at least so many points; also `>`, `<=`, `<`, `=` |
| `pages >= 3` | had that number in the field |
| `segment = mid market`, `segment != …` | had that word in the field, or another |
| `segment in {…, …}`, `segment not in {…}` | had one of the words, or another |
| `phone is known`, `phone is not known` | had any value in the field, or none |
| `did form: demo`, `did form` | had done it, or anything that begins so |

Upper and lower case, blanks and underscores are alike. What was not known at hand-over meets no condition but
`is not known`. Names and values with a comma, a brace or a sign in them stand in "quotes". Without a first
`all of` the lines mean it; `#` begins a remark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from quintet.kernel.errors import BadInput

GROUPS = {"all of": "all", "any of": "any", "none of": "none"}
POINTS = "points"
MOST_CLAUSES = 60
_DEEPEST = 6
_LINE = re.compile(
    r'(?P<name>"[^"]+"|[^"<>=!{},#]+?)\s*'
    r"(?:(?P<known>\bis(?: not)? known)|(?P<op>>=|<=|!=|=|<|>)\s*(?P<value>.+)"
    r"|(?P<list>\b(?:not )?in)\s*\{(?P<values>.*)\})\s*",
    re.IGNORECASE,
)
_DID = re.compile(r"did\s+(?P<deed>.+)", re.IGNORECASE)
_VALUE = re.compile(r'\s*(?:"([^"]*)"|([^",{}]+?))\s*(?:,|$)')
_COMPARE = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


@dataclass(frozen=True)
class Condition:
    """One line.

    Args:
        line: its number in the text, from 1.
        name: the field, `points`, or the deed.
        sign: one of >= <= > < = != in, not in, is known, is not known, did.
        values: what it is compared with; empty for known and did.
    """

    line: int
    name: str
    sign: str
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As a person says it."""
        if self.sign == "did":
            return f"the lead did “{self.name}”"
        if self.sign in {"is known", "is not known"}:
            return f"{self.name} {self.sign}"
        if self.sign in _COMPARE:
            what = f"{_COMPARE[self.sign]} {self.values[0]}"
            return f"{what} points" if self.name == POINTS else f"{self.name} is {what}"
        no = "not " if self.sign in {"!=", "not in"} else ""
        return f"{self.name} is {no}{' or '.join(self.values)}"


@dataclass(frozen=True)
class Group:
    """Lines that belong together.

    Args:
        line: number of its head, 0 where there is none.
        how: all, any or none.
        parts: conditions and groups, in order.
    """

    line: int
    how: str
    parts: "tuple[Condition | Group, ...]"

    @property
    def words(self) -> str:
        """As a person says it, in one sentence."""
        join = {"all": " and ", "any": " or ", "none": " nor "}[self.how]
        said = join.join(f"({p.words})" if isinstance(p, Group) else p.words for p in self.parts)
        return f"neither {said}" if self.how == "none" else said


@dataclass(frozen=True)
class _Line:
    number: int
    indent: int
    text: str


def parse_rule(text: str) -> Group:
    """The rule a text states; its top is always an `all of`, whose parts are the clauses.

    Raises:
        BadInput: naming the line, what is wrong with it, and how it is written.
    """
    lines = list(_lines(text))
    if not lines:
        raise BadInput("the rule has no condition: write one a line, e.g. points >= 12")
    top = _block(lines, 0)
    if len(top) == 1 and isinstance(top[0], Group) and top[0].how == "all":
        top = list(top[0].parts)
    if len(top) > MOST_CLAUSES:
        raise BadInput(f"a rule has at most {MOST_CLAUSES} clauses, got {len(top)}: take some together")
    return Group(0, "all", tuple(top))


def outline(rule: Group, depth: int = 0) -> Iterator[tuple[int, str]]:
    """The rule in words, line by line, each with how far it is set in."""
    for part in rule.parts:
        if isinstance(part, Group):
            yield (
                depth,
                {"all": "all of these", "any": "at least one of these", "none": "none of these"}[part.how],
            )
            yield from outline(part, depth + 1)
        else:
            yield depth, part.words


def conditions(rule: Group) -> Iterator[Condition]:
    """Every condition of the rule."""
    for part in rule.parts:
        if isinstance(part, Group):
            yield from conditions(part)
        else:
            yield part


def plain(word: str) -> str:
    """A word as it is compared: without case, underscores as blanks."""
    return " ".join(word.replace("_", " ").split()).casefold()


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(text.expandtabs(4).splitlines(), start=1):
        said = re.sub(r'(^|\s)#(?=([^"]*"[^"]*")*[^"]*$).*', "", raw).rstrip()
        if said.strip():
            yield _Line(number, len(said) - len(said.lstrip()), said.strip())


def _block(lines: list[_Line], depth: int) -> "list[Condition | Group]":
    """The parts of one block: its lines stand at one indent; what is set in deeper belongs to its head."""
    parts: list[Condition | Group] = []
    indent, at = lines[0].indent, 0
    if depth > _DEEPEST:
        _refuse(lines[0], f"groups may be {_DEEPEST} deep", "take some together")
    while at < len(lines):
        line, inner = lines[at], at + 1
        if line.indent != indent:
            _refuse(line, "lines of one group stand below each other", f"set it in by {indent} blanks")
        while inner < len(lines) and lines[inner].indent > indent:
            inner += 1
        parts.append(_part(line, lines[at + 1 : inner], depth))
        at = inner
    return parts


def _part(line: _Line, inside: list[_Line], depth: int) -> "Condition | Group":
    head = " ".join(line.text.rstrip(":").casefold().split())
    if head in GROUPS:
        if not inside:
            _refuse(line, "it has no lines set in below it", "set its conditions in by two blanks")
        return Group(line.number, GROUPS[head], tuple(_block(inside, depth + 1)))
    if inside:
        _refuse(inside[0], "only all of, any of and none of have lines set in below", "move it to the left")
    return _condition(line)


def _condition(line: _Line) -> Condition:
    if did := _DID.fullmatch(line.text):
        return Condition(line.number, did["deed"].strip().strip('"'), "did")
    found = _LINE.fullmatch(line.text)
    if found is None:
        _refuse(line, "it is no condition", "write e.g. points >= 12, segment in {a, b} or did form: demo")
    name = found["name"].strip().strip('"')
    if found["known"]:
        return Condition(line.number, name, " ".join(found["known"].casefold().split()))
    sign = (found["op"] or found["list"]).casefold()
    values = _values(line, found["values"] if found["op"] is None else found["value"])
    if found["op"] and len(values) != 1:
        _refuse(line, f"{sign} compares with one value", "write in {…, …} for several")
    if (sign in _COMPARE or name.casefold() == POINTS) and not all(_is_number(one) for one in values):
        _refuse(line, f"{values[0]!r} is not a number", "compare with a number, e.g. >= 12")
    return Condition(line.number, POINTS if name.casefold() == POINTS else name, sign, values)


def _values(line: _Line, text: str) -> tuple[str, ...]:
    found, at = [], 0
    while at < len(text.rstrip()):
        one = _VALUE.match(text, at)
        if one is None or one.end() == at:
            _refuse(line, f"the values {text.strip()!r} cannot be read", 'write {a, b, "c, d"}')
        found.append(one[1] if one[1] is not None else one[2].strip())
        at = one.end()
    if not found:
        _refuse(line, "it names no value", "write e.g. segment in {mid market}")
    return tuple(found)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _refuse(line: _Line, rule: str, step: str) -> NoReturn:
    raise BadInput(f"line {line.number} of the rule, {line.text!r}: {rule}; {step}")
