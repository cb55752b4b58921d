"""Record list: the rows behind a number, paged, sorted and ready to download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

PAGE_SIZE = 50


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        name: the key in each row.
        label: its heading.
        kind: text, number, money, cents, rate, date, instant or link (then the row has <name>_url too).
    """

    name: str
    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Numbers stand on the right."""
        return self.kind in {"number", "money", "cents", "rate"}

    @property
    def url_key(self) -> str:
        """Where a row keeps the address of a link."""
        return f"{self.name}_url"


@dataclass(frozen=True)
class RecordList:
    """Rows to show, and where in the whole they are.

    Args:
        name: its key in the page's context; also the name of its CSV file.
        columns: what to show.
        rows: the rows of this page.
        total: rows in all.
        page: from 1.
        sort: the column sorted by, with a minus in front for descending; empty for as given.
        all_rows: every row, for the download.
        query: the page's query string, from which links to other pages are made.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    total: int
    page: int = 1
    page_size: int = PAGE_SIZE
    sort: str = ""
    all_rows: Sequence[Mapping[str, Any]] = ()
    query: QueryDict = field(default_factory=QueryDict)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.page_size))

    @property
    def first(self) -> int:
        """Number of the first row shown."""
        return (self.page - 1) * self.page_size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.page * self.page_size, self.total)

    def link(self, **changes: object) -> str:
        """The query string of this page with some parameters changed."""
        query = self.query.copy()
        for key, value in changes.items():
            query[key if key == "csv" else f"{self.name}_{key}"] = str(value)
        return f"?{query.urlencode()}"

    @property
    def headings(self) -> list[dict[str, Any]]:
        """Each column with the link that sorts by it and the way it is sorted now."""
        return [
            {
                "column": column,
                "link": self.link(
                    sort=f"-{column.name}" if self.sort == column.name else column.name, page=1
                ),
                "direction": {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort),
            }
            for column in self.columns
        ]

    @property
    def previous_link(self) -> str:
        """The page before; empty on the first."""
        return self.link(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_link(self) -> str:
        """The page after; empty on the last."""
        return self.link(page=self.page + 1) if self.page < self.pages else ""

    @property
    def csv_link(self) -> str:
        """Downloads every row."""
        return self.link(csv=self.name)


def as_record_list(given: Any, request: HttpRequest, name: str = "records") -> RecordList:  # noqa: ANN401
    """What a page put into its context, as a record list, sorted and paged as the address says.

    Args:
        given: {"columns": [(name, label, kind)], "rows": [dict, …]}; or a RecordList, taken as it is.
        request: carries `<name>_sort` and `<name>_page`.
        name: the key under which the page put it.
    """
    if isinstance(given, RecordList):
        return given
    columns = tuple(one if isinstance(one, Column) else Column(*one) for one in given["columns"])
    size = int(given.get("page_size", PAGE_SIZE))
    sort = request.GET.get(f"{name}_sort", given.get("sort", ""))
    rows = _sorted(list(given["rows"]), sort, {column.name for column in columns})
    page = _page(request.GET.get(f"{name}_page", "1"), -(-len(rows) // size))
    shown = rows[(page - 1) * size : page * size]
    query = request.GET.copy()
    query.pop("csv", None)
    return RecordList(name, columns, shown, len(rows), page, size, sort, rows, query)


def _sorted(rows: list[Mapping[str, Any]], sort: str, names: set[str]) -> list[Mapping[str, Any]]:
    key = sort.removeprefix("-")
    if key not in names:
        return rows
    known = sorted((row for row in rows if row.get(key) is not None), key=lambda row: row[key])
    nobody = [row for row in rows if row.get(key) is None]
    return (known[::-1] if sort.startswith("-") else known) + nobody


def _page(given: str, last: int) -> int:
    return min(max(int(given), 1), max(last, 1)) if given.isdigit() else 1
