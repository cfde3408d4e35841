"""The colours of base.css by name, as each theme has them."""

import re

from tests.whole_site import ROOT

_TOKENS = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
_WHERE = {"dark": "screen and (prefers-color-scheme: dark)", "print": "print"}


def colours(theme: str) -> dict[str, str]:
    """`#rrggbb` by name; the dark theme and paper redefine some of the light one's."""
    tokens = (ROOT / "static/css/base.css").read_text().split("@layer base {")[0]
    first, *others = tokens.split("@media ")
    redefined = [part for part in others if theme != "light" and part.startswith(_WHERE[theme])]
    return dict(_TOKENS.findall("".join([first, *redefined])))
