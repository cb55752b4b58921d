"""What people do with uploads: hand files in, change the map, load, throw away, correct."""

import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.sources.files import jobs
from quintet.sources.files.load.rejects import require_folder
from quintet.sources.files.mapping.toml import read_map
from quintet.sources.files.models import State, Upload
from quintet.sources.files.reading.tables import READABLE

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.base_user import AbstractBaseUser
    from django_tasks.base import Task

_MEGABYTE = 1024 * 1024
#: An archive may unpack to so many times the limit of an upload.
_UNPACKED = 10


def upload_limit() -> int:
    """How many bytes may be handed in at once: QUINTET_MAX_UPLOAD_MB, 2048 by default."""
    given = os.environ.get("QUINTET_MAX_UPLOAD_MB", "2048")
    if not given.isdigit():
        raise BadInput(f"QUINTET_MAX_UPLOAD_MB must be a whole number of megabytes, got {given!r}")
    return int(given) * _MEGABYTE


def refuse_oversize(size: int) -> None:
    """Refuse what is larger than the limit.

    Raises:
        BadInput: with both sizes and the other way in.
    """
    limit = upload_limit()
    if size > limit:
        raise BadInput(
            f"{size / _MEGABYTE:,.0f} MB are more than the {limit // _MEGABYTE:,} MB one upload may have:"
            " hand the files in one after the other, or run quintet import on the machine itself"
        )


def receive(
    user: "AbstractBaseUser",
    files: "Sequence[UploadedFile[bytes]]",
    *,
    wanted_map: str = "",
    corrects: str = "",
) -> Upload:
    """Keep files as they were handed in, and ask the worker to look at them.

    Args:
        user: who hands them in.
        files: at least one, none empty, each with an ending we read.
        wanted_map: the map to use; empty to have one proposed.
        corrects: the load whose rejected rows they correct; then they are loaded at once.

    Raises:
        BadInput: naming the file and what is wrong with it.
    """
    names = [_name(file) for file in files]
    _require_files(names, files)
    size = sum(file.size or 0 for file in files)
    refuse_oversize(size)
    upload = Upload(user=user, names=names, size_bytes=size, wanted_map=wanted_map, corrects=corrects)  # type: ignore[misc]
    upload.folder.mkdir(parents=True)
    try:
        for name, file in zip(names, files, strict=True):
            _keep(file, upload.folder / name)
        _require_small_archives(upload.paths)
        with transaction.atomic():
            upload.state = State.LOADING if corrects else State.INSPECTING
            upload.save()
            _enqueue(upload, jobs.load_files if corrects else jobs.inspect_files)
    except BaseException:
        shutil.rmtree(upload.folder, ignore_errors=True)
        raise
    return upload


def _name(file: "UploadedFile[bytes]") -> str:
    name = PurePath(str(file.name or "")).name.replace("\x00", "")
    return f"file{name}" if name.startswith(".") else name


def _require_files(names: Sequence[str], files: "Iterable[UploadedFile[bytes]]") -> None:
    if not names:
        raise BadInput("no file was handed in: choose at least one")
    for name, file in zip(names, files, strict=True):
        if not file.size:
            raise BadInput(f"{name} is empty: export it again")
        plain = name.lower().removesuffix(".gz")
        if not plain.endswith((*READABLE, ".zip")):
            known = ", ".join((*READABLE, ".zip"))
            raise BadInput(f"{name} is of no kind we read; known endings are {known}, also with .gz behind")
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise BadInput(f"two files are called {', '.join(sorted(doubled))}: rename one of them")


def _keep(file: "UploadedFile[bytes]", target: Path) -> None:
    """Put a file where the worker finds it; a large one is moved, never held in memory."""
    if isinstance(file, TemporaryUploadedFile):
        shutil.move(file.temporary_file_path(), target)
        return
    with target.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)


def _require_small_archives(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.suffix.lower() != ".zip":
            continue
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(member.file_size for member in archive.infolist())
        except zipfile.BadZipFile as error:
            raise BadInput(f"{path.name} is no zip archive ({error}); pack it again") from error
        if size > _UNPACKED * upload_limit():
            raise BadInput(
                f"{path.name} unpacks to {size / _MEGABYTE:,.0f} MB, too much for one upload: split it"
            )


def change_map(upload: Upload, text: str) -> None:
    """Take an edited map, and ask the worker to try it.

    Raises:
        BadInput: when the text is no map, or the upload is past editing.
    """
    read_map(text)
    _move(upload, {State.READY}, State.CHECKING, jobs.check_map, map_text=text, trial=None)


def start_load(upload: Upload) -> None:
    """Ask the worker to load an upload whose map was tried.

    Raises:
        BadInput: when a question is open, the map was not tried, or it is being loaded already.
    """
    if upload.state == State.READY and not upload.may_load:
        raise BadInput("the map leaves something open: answer what stands above, then check again")
    _move(upload, {State.READY}, State.LOADING, jobs.load_files)


def retry(upload: Upload) -> None:
    """Ask the worker once more to do what failed.

    Raises:
        BadInput: when nothing failed.
    """
    if upload.corrects:
        _move(upload, {State.UNREADABLE}, State.LOADING, jobs.load_files)
    else:
        _move(upload, {State.UNREADABLE}, State.INSPECTING, jobs.inspect_files)


def discard(upload: Upload) -> None:
    """Throw an upload away: its files, and every example taken from them.

    Raises:
        BadInput: when it is being worked on, or was loaded.
    """
    gone = Upload.objects.filter(pk=upload.pk, state__in=[State.READY, State.UNREADABLE]).update(
        state=State.DISCARDED, trial=None, seen=[], map_text="", guesses={}, problem=""
    )
    if not gone:
        raise BadInput("only an upload that is neither loaded nor being worked on can be thrown away")
    shutil.rmtree(upload.folder, ignore_errors=True)


def discard_forgotten(before: "datetime") -> int:
    """Throw away the uploads nobody loaded or touched since an instant; returns how many."""
    waiting = Upload.objects.filter(state__in=[State.READY, State.UNREADABLE], uploaded_at__lt=before)
    forgotten = list(waiting)
    for upload in forgotten:
        discard(upload)
    return len(forgotten)


def correct(user: "AbstractBaseUser", load_id: str, file: "UploadedFile[bytes] | None") -> Upload:
    """Hand rejected rows of a load in again, corrected.

    Raises:
        BadInput: when there is no such load, or no file.
    """
    require_folder(settings.HOME, load_id)
    return receive(user, [file] if file else [], corrects=load_id)


def _move(upload: Upload, before: set[State], after: State, task: "Task[..., str]", **fields: object) -> None:
    """Take an upload from one state to the next and queue the work for it: both, or neither."""
    with transaction.atomic():
        moved = Upload.objects.filter(pk=upload.pk, state__in=before).update(
            state=after, problem="", message="", done=0, total=None, **fields
        )
        if not moved:
            now = State(Upload.objects.values_list("state", flat=True).get(pk=upload.pk)).label
            raise BadInput(f"this upload is past that step ({now.lower()}): open its page again")
        _enqueue(upload, task)


def _enqueue(upload: Upload, task: "Task[..., str]") -> None:
    Upload.objects.filter(pk=upload.pk).update(task_id=str(task.enqueue(str(upload.pk)).id))
