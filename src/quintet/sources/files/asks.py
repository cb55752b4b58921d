"""What pages ask about uploads and loads; reading only, but for work that died and is given back."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from quintet.kernel.errors import BadInput
from quintet.sources.files import jobs
from quintet.sources.files.load import rejects
from quintet.sources.files.models import State, Upload

#: So many uploads are listed.
_LISTED = 500
_ENDED = {TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL}
_DIED = "the worker was stopped several times while it was at this, and nothing was lost: try again"


def find_upload(upload_id: UUID) -> Upload:
    """One upload as it stands; one whose task died is given back to the person first.

    Raises:
        BadInput: when there is none.
    """
    upload = Upload.objects.select_related("user").filter(pk=upload_id).first()
    if upload is None:
        raise BadInput("there is no such upload: choose one of the list under Import files")
    if upload.is_busy and _has_ended(upload):
        upload.refresh_from_db()
        if upload.is_busy:
            jobs.fail(upload, _DIED, State.UNREADABLE if upload.state == State.INSPECTING else State.READY)
            upload.refresh_from_db()
    return upload


def _has_ended(upload: Upload) -> bool:
    if not upload.task_id:
        return False
    try:
        return jobs.load_files.get_backend().get_result(upload.task_id).status in _ENDED
    except TaskResultDoesNotExist:
        return True


def list_uploads() -> list[Upload]:
    """Uploads that were not thrown away, newest first."""
    found = Upload.objects.exclude(state=State.DISCARDED).select_related("user")
    return list(found.defer("trial", "guesses", "map_text", "notes")[:_LISTED])


def list_other_loads() -> list[dict[str, Any]]:
    """Loads that came by the command line, newest first."""
    ours = set(Upload.objects.exclude(load_id="").values_list("load_id", flat=True))
    return [one for one in rejects.list_loads(settings.HOME) if one["load_id"] not in ours]


def count_rejects(load_id: str) -> int:
    """How many rejected rows of a load nobody has handed in again."""
    return len(rejects.list_rejects(settings.HOME, load_id)) if load_id else 0


def correction_files(load_id: str) -> list[Path]:
    """The CSV files of a load in which rejected rows are corrected.

    Raises:
        BadInput: when there is no such load.
    """
    return sorted(rejects.require_folder(settings.HOME, load_id).glob("*.rejected.csv"))


def find_correction_file(load_id: str, name: str) -> Path:
    """One of these files by name.

    Raises:
        BadInput: when there is none.
    """
    for path in correction_files(load_id):
        if path.name == name:
            return path
    raise BadInput(f"load {load_id} has no file {name!r} to correct: choose one on its page")


def upload_of(load_id: str) -> Upload | None:
    """The upload a load came from; None when it came by the command line."""
    return Upload.objects.filter(load_id=load_id).first()
