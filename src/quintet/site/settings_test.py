"""Settings of the test suite: quick password hashing, a home and a database nobody else uses."""

import atexit
import os
import shutil
import tempfile

if "QUINTET_HOME" not in os.environ:
    os.environ["QUINTET_HOME"] = tempfile.mkdtemp(prefix="quintet-tests-")
    atexit.register(shutil.rmtree, os.environ["QUINTET_HOME"], ignore_errors=True)

from quintet.site.settings import *  # noqa: F403

SECRET_KEY = "test"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["*"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
