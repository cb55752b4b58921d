"""Django settings, read from the environment through `Home`."""

import os

from quintet.kernel.home import Home

HOME = Home.from_environment()
SECRET_KEY = os.environ.get("QUINTET_SECRET_KEY", "replaced-by-the-site-room")
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME.path / "records.sqlite3"}}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
