"""Which words there are to be found: counted as posts come out and go."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F

from courses.models import Audience, Entry, SearchSlip, SearchWord
from courses.search.words import slips

BATCH = 2000


def count(
    audience: Audience,
    *,
    gone: Iterable[Entry],
    new: Iterable[Mapping[str, str]],
) -> None:
    """Take note of words: of entries as they were stored (`gone`), and of what is there now.

    Each of `new` has the words of one post with their stems.
    """
    stems: dict[str, str] = {}
    change: Counter[str] = Counter()
    for words in new:
        stems |= words
        change.update(words.keys())
    for entry in gone:
        if entry.is_counted:
            change.subtract(set(filter(str.isalnum, entry.text.split())))
    by_change: dict[int, set[str]] = {}
    for word, by in change.items():
        if by:
            by_change.setdefault(by, set()).add(word)
    known = SearchWord.objects.filter(audience=audience)
    for by, changed in sorted(by_change.items()):
        there = known.filter(word__in=changed)
        if by < 0:
            there.filter(posts__lte=-by).delete()
        else:
            before = set(there.values_list("word", flat=True))
            _add(audience, {word: stems[word] for word in changed - before})
        there.update(posts=F("posts") + by)


def _add(audience: Audience, stems: Mapping[str, str]) -> None:
    SearchWord.objects.bulk_create(
        SearchWord(audience=audience, word=word, stem=stem, posts=0)
        for word, stem in sorted(stems.items())
    )
    rows = SearchWord.objects.filter(audience=audience, word__in=stems)
    SearchSlip.objects.bulk_create(
        (
            SearchSlip(word_id=pk, audience=audience, form=form)
            for pk, word in rows.values_list("pk", "word")
            for form in slips(word)
        ),
        batch_size=BATCH,
    )
