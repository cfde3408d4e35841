"""Goes through the files that were brought, in the worker; one that was killed begins again."""

from datetime import timedelta

from django.utils import timezone

from nerdherd.lib.audit import acting
from nerdherd.moving.models import LEASE, Move

SAY_EVERY = 20  # rows
KEPT = timedelta(days=30)


def go_through_next() -> bool:
    """Go through the file that has waited longest; False when none waits."""
    move = Move.objects.waiting().order_by("created_at").first()
    if move is None:
        return False
    if Move.objects.waiting().filter(pk=move.pk).update(held_until=timezone.now() + LEASE):
        try:
            with acting(lambda: move.by):
                _go_through(move)
        except Exception:
            Move.objects.filter(pk=move.pk).update(stage=Move.Stage.FAILED, held_until=None)
            raise
    return True


def _go_through(move: Move) -> None:
    table, mine = move.table(), Move.objects.filter(pk=move.pk, stage=move.stage)
    importer, outcomes = move.importer(table, found=move.columns), []
    mine.update(rows=len(table.rows), unused=importer.unused)
    for done, outcome in enumerate(importer.run(dry=move.stage == Move.Stage.LOOKING), 1):
        outcomes.append([outcome.row, outcome.name, outcome.did, outcome.notes])
        if done % SAY_EVERY == 0:
            mine.update(rows_done=done, held_until=timezone.now() + LEASE)
    after = {Move.Stage.LOOKING: Move.Stage.LOOKED, Move.Stage.MOVING: Move.Stage.DONE}
    mine.update(
        stage=after[Move.Stage(move.stage)],
        outcomes=outcomes,
        rows_done=len(outcomes),
        held_until=None,
    )


def forget_old() -> None:
    """Files hold what is for members, and people's addresses: they are not kept long."""
    for move in Move.objects.filter(created_at__lt=timezone.now() - KEPT):
        move.forget()
