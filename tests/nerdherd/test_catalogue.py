"""The second language is whole: every message is there, said in full, and compiled."""

import gettext
import re

import pytest

from tests.catalogue import LOCALE, PLURAL, ROOT, TEMPLATES, catalogue, wanted

GAP = re.compile(r"%%|%\(\w+\)[sd]|%[sd]|\{\w+\}|<[^>]+>")


@pytest.fixture(scope="module")
def spanish() -> dict[str, list[str]]:
    said = catalogue()
    del said[""]
    return said


def test_every_message_is_in_the_catalogue_and_no_other(spanish):
    assert wanted() - set(spanish) == set(), "run `make messages`, and translate these"
    assert set(spanish) - wanted() == set(), "run `make messages`: nobody says these any more"


def test_every_message_is_translated(spanish):
    assert [message for message, said in spanish.items() if not all(said)] == []


def test_what_is_filled_in_stays(spanish):
    for message, said in spanish.items():
        for words in said:
            assert any(
                sorted(GAP.findall(words)) == sorted(GAP.findall(source))
                for source in message.split(PLURAL)
            ), (message, words)
            assert words[:1].isspace() == message[:1].isspace()


def test_the_compiled_catalogue_is_that_of_the_text(spanish):
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, said in spanish.items():
        if PLURAL in message:
            singular, plural = message.split(PLURAL)
            assert [compiled.ngettext(singular, plural, n) for n in (1, 2)] == said
        else:
            assert compiled.gettext(message) == said[0], "run `make messages`"


TRANSLATED = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
# What the template engine takes out, styles, and the paths that mails write out.
SILENT = re.compile(
    r"{% block bodyclass %}.*?{% endblock %}|{%.*?%}|{{.*?}}|<style>.*?</style>|(?:/[a-z]+)+/(?:/change/)?",
    re.DOTALL,
)
SAID = re.compile(r'\b(?:aria-label|title|alt|placeholder|copied|share|words-[\w-]+)="([^"]*)"')
ATTRIBUTES_ONLY = ROOT / "templates/courses/post/_place.html"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_speaks_past_the_catalogue(path):
    text = TRANSLATED.sub("", path.read_text())
    words = re.sub(r"<[^>]*>", "\n", SILENT.sub("", text)).split("\n")
    words += SAID.findall(re.sub(r"{%.*?%}|{{.*?}}", "", text))
    untold = [line for line in words if re.search(r"[^\W\d_]{2}", line)]
    assert untold == [] or path == ATTRIBUTES_ONLY
