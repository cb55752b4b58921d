"""The site as the web server runs it: the WSGI application, kept warm."""

from quintet.site.warming import keep_warm
from quintet.site.wsgi import application

__all__ = ["application"]

keep_warm()
