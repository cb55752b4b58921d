"""Object storage on this machine for tests: an S3 that holds its objects in memory, in a process of its own.

Delta's client keeps Python waiting while it writes, so a server in the same process could never answer it.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.exceptions import EndpointConnectionError

BUCKET = "company"
_REGION = "us-east-1"
_LONGEST_START = 60.0


@contextmanager
def object_storage() -> Iterator[dict[str, str]]:
    """A running store with one bucket; yields the variables by which it is found."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(address)
        yield {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_REGION": _REGION,
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        server.kill()
        server.wait()


def _make_bucket(address: str) -> None:
    keys = {"aws_access_key_id": "tests", "aws_secret_access_key": "tests"}
    s3 = boto3.client("s3", endpoint_url=address, region_name=_REGION, **keys)
    deadline = time.monotonic() + _LONGEST_START
    while True:
        try:
            s3.create_bucket(Bucket=BUCKET)
        except EndpointConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return
