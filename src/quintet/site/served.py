"""The site as the web server runs it: the WSGI application, kept warm."""

from quintet.site.wsgi import application

__all__ = ["application"]


def _warmed() -> None:
    """What the pages ask imports models, so the application has to be there first."""
    from quintet.site.warming import keep_warm

    keep_warm()


_warmed()
