"""What is held about whoever brings files in; what stands in the files is other people's."""

from django.db.models import Q

from nerdherd.lib.personal import holds
from nerdherd.moving.models import Move

FORGOTTEN = "About other people; forgotten after 30 days."
WORK = "How the work went."

holds(
    "files brought in",
    Move,
    lambda person: Q(by_id=person.pk),
    "kind name stage created_at rows",
    {
        "file": FORGOTTEN,
        "outcomes": FORGOTTEN,
        "head": WORK,
        "columns": WORK,
        "unused": WORK,
        "rows_done": WORK,
        "held_until": WORK,
    },
)
