"""`manage.py evaluate_similar`: how well the ranking agrees with people's judgements."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses import richtext
from courses.similar import weights
from courses.similar.choosing import Shelf
from courses.similar.document import Card, Document
from courses.similar.leading import arrange
from courses.similar.measure import quality
from courses.similar.model import Model
from courses.similar.vectors import Vectors, embed
from courses.similar.words import Words


class Command(BaseCommand):
    """Ranks with the code that ranks the site, and touches no database."""

    help = "Rank a corpus and print how well the first three agree with people's judgements."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Two files, and what to leave out."""
        parser.add_argument(
            "corpus", type=Path, help="list of {slug, title, topics, description, body}"
        )
        parser.add_argument("qrels", type=Path, help="{query slug: {slug: grade 0-3}}")
        parser.add_argument("--engine", choices=["meaning", "words"], default="meaning")
        parser.add_argument("--no-topics", action="store_true", help="as if posts had no topics")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the two means."""
        posts = json.loads(options["corpus"].read_text(encoding="utf-8"))
        grades = json.loads(options["qrels"].read_text(encoding="utf-8"))
        slugs = [post["slug"] for post in posts]
        if missing := grades.keys() - slugs:
            raise CommandError(f"The corpus lacks {', '.join(sorted(missing))}.")
        documents = [_document(post, not options["no_topics"]) for post in posts]
        rows = arrange(*_ranking(documents, options["engine"]))
        ranked = {slugs[place]: [slugs[other] for other in row] for place, row in rows.items()}
        self.stdout.write(str(quality(ranked, grades)))


def _document(post: dict[str, Any], with_topics: bool) -> Document:
    return Document(
        title=post["title"],
        summary=post.get("description", ""),
        text=richtext.plain(post.get("body", "")),
        topics=frozenset(post.get("topics", ()) if with_topics else ()),
    )


def _ranking(documents: list[Document], engine: str) -> tuple[Shelf, Any]:
    names = sorted({topic for document in documents for topic in document.topics})
    numbers = {name: number for number, name in enumerate(names)}
    topics = [frozenset(numbers[name] for name in document.topics) for document in documents]
    listed = [True] * len(documents)
    shelf = Shelf([Card(topics=held) for held in topics])
    if engine == "words":
        return shelf, Words(documents, listed).near
    folder = weights.folder()
    if folder is None:
        raise CommandError("The language model is not there: make setup, or --engine words.")
    model = Model(folder)
    table = np.stack([embed(model, document) for document in documents]).astype(np.float16)
    return shelf, Vectors(table, topics, listed).near
