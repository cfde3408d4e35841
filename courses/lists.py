"""When the similar lists are worked out: by the worker, in a process of its own.

What reads and compares posts takes a hundred megabytes and more, which a worker that waits would
never quite give back. So nothing of `courses.relating` may be imported here.
"""

from time import monotonic

from courses.models import PostVector, SimilarPost, WorkingCopy
from nerdherd.lib import apart

REST = 15.0  # seconds after a failure: what was killed for want of memory would be killed again


class DueLists:
    """Has the lists that are due worked out, and what has not been read yet read."""

    def __init__(self) -> None:
        self.may_be_unread = True  # by whoever worked before us
        self.rests_until = 0.0

    def __call__(self) -> bool:
        """Returns whether there was anything; the process goes on until there is nothing more.

        It begins when an editor types, so that it is there when they publish.
        """
        if monotonic() < self.rests_until:
            return False
        if not (SimilarPost.due().exists() or self._is_unread() or WorkingCopy.is_being_typed()):
            return False
        try:
            apart.manage("relate", "--until-quiet")
        except apart.CommandFailed:
            self.may_be_unread, self.rests_until = True, monotonic() + REST
            raise
        self.may_be_unread = False
        return True

    def _is_unread(self) -> bool:
        """Asked once only: without the language model everything stays unread."""
        self.may_be_unread = self.may_be_unread and PostVector.unread().exists()
        return self.may_be_unread


due_lists = DueLists()


def all_lists() -> None:
    """Have every list worked out anew."""
    apart.manage("relate", "--all")
