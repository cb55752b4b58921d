"""What the source itself calls the fields that a map renamed."""

from collections import defaultdict

from quintet.kernel.home import Home
from quintet.sources.files.saved import known_maps

_ROWS = ("leads", "opportunities", "won_deals")


def source_words(home: Home) -> dict[str, str]:
    """Field of the facts → the source's own column, as the maps this company loaded with say.

    Where two maps call it differently both names are told, joined by " / ". A field no map renamed has
    its own name in the facts already.
    """
    told: dict[str, list[str]] = defaultdict(list)
    for named in known_maps(home).values():
        if named.origin != "yours" or named.source is None:
            continue
        for file in named.source.files:
            if file.rows in _ROWS:
                for field, item in file.fields.items():
                    column = getattr(item, "column", None)
                    if column and column not in told[field]:
                        told[field].append(column)
    return {field: " / ".join(columns) for field, columns in told.items() if columns}
