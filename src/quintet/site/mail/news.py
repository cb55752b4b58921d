"""What is new in one reader's training, put before the own figures of the daily mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join

from quintet.training.asks.mine import unread

#: What was told so long ago was in a mail before, also over a weekend.
_DAYS = 3
_PAGE = "/training/mine/"
_TITLE = "New in your training"


def with_news(own: Mapping[str, str], user: Any, site_url: str, now: datetime) -> dict[str, str]:  # noqa: ANN401 -- a reader
    """A reader's own part with what they were told lately and have not read; as it is where there is nothing.

    Args:
        own: the marks of the letter that are the reader's own.
        user: the reader.
        site_url: where the pages are.
        now: the present.
    """
    texts = [one.text for one in unread(user) if one.told_at >= now - timedelta(days=_DAYS)]
    if not texts:
        return dict(own)
    url = f"{site_url}{_PAGE}"
    lines = format_html_join("", "<li>{}</li>", ((text,) for text in texts))
    part = '<div class="own"><h2>{}</h2><ul>{}</ul><p><a href="{}">My training</a></p></div>'
    html = format_html(part, _TITLE, lines, url)
    said = "\n".join((_TITLE.upper(), *(f"- {text}" for text in texts), url))
    return {
        **own,
        "own": html + own.get("own", ""),
        "own-text": f"{said}\n\n{own.get('own-text', '')}".strip(),
    }
