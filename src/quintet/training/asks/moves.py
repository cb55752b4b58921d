"""Which step of the funnel an exam should move, by its module."""

from quintet.training.models.exams import Exam


def steps_of_exams(*, held: bool = False) -> dict[str, str]:
    """Exam → the stage in which the step ends that its module should move; exams without one are left out.

    Args:
        held: only exams that are still held.
    """
    bound = Exam.objects.exclude(module=None).exclude(module__moves="")
    if held:
        bound = bound.filter(retired_at=None)
    return dict(bound.values_list("key", "module__moves"))
