"""Which words there are to be found: counted as posts come and go."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F

from courses.models import Audience, Entry, SearchSlip, SearchWord
from courses.search.words import slips

BATCH = 2000


def count(
    audience: Audience,
    stems: Mapping[str, str],
    *,
    gone: Iterable[set[str]],
    new: Iterable[set[str]],
) -> None:
    """Take note of words: each set is what stood in one post (`gone`), or stands there now (`new`).

    `stems` has the stem of every word of `new`.
    """
    change = Counter(word for words in new for word in words)
    change.subtract(word for words in gone for word in words)
    by_change: dict[int, set[str]] = {}
    for word, by in change.items():
        if by:
            by_change.setdefault(by, set()).add(word)
    known = SearchWord.objects.filter(audience=audience)
    for by, changed in sorted(by_change.items()):
        there = known.filter(word__in=changed)
        found = set(there.values_list("word", flat=True)) if by > 0 else changed
        there.filter(posts__lte=-by).delete()
        there.filter(posts__gt=-by).update(posts=F("posts") + by)
        _add(audience, {word: stems[word] for word in changed - found}, by)


def words_of(entry: Entry) -> set[str]:
    """The words of an entry as it is stored."""
    return set(filter(str.isalnum, entry.text.split()))


def _add(audience: Audience, stems: Mapping[str, str], posts: int) -> None:
    SearchWord.objects.bulk_create(
        SearchWord(audience=audience, word=word, stem=stem, posts=posts)
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
