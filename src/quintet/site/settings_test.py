"""Settings of the test suite: quick password hashing, a database in memory."""

from quintet.site.settings import *  # noqa: F403

SECRET_KEY = "test"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
