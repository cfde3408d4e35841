"""Pieces of HTML that the payment page and the desk are put together from."""

from html import escape
from pathlib import Path
from string import Template

from billing.standin.exchange import Answer

PAGES = Path(__file__).parent / "pages"
STYLE = (PAGES / "page.css").read_text(encoding="utf-8")
TEMPLATES = {path.stem: Template(path.read_text(encoding="utf-8")) for path in PAGES.glob("*.html")}
POLICY = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def money(amount: int, currency: str) -> str:
    """2900, "usd" is $29.00."""
    sign, amount = ("−", -amount) if amount < 0 else ("", amount)
    symbol = SYMBOLS.get(currency, f"{currency.upper()} ")
    return f"{sign}{symbol}{amount // 100}.{amount % 100:02d}"


def filled(template: str, /, **pieces: str) -> str:
    """The file `template`.html with its pieces, which are HTML already."""
    return TEMPLATES[template].substitute(pieces)


def document(
    template: str, title: str, /, *, status: int = 200, width: str = "narrow", **pieces: str
) -> Answer:
    """A whole page around `template`; nothing on it comes from anywhere else."""
    main = filled(template, **pieces)
    body = filled("layout", title=escape(title), width=width, main=main)
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return Answer(status, body, headers=headers)


def attributes(**given: str | bool) -> str:
    """` name="value"` for each; True is a bare name, False is left out, `_` becomes `-`."""
    written = ""
    for name, value in given.items():
        plain = name.rstrip("_").replace("_", "-")
        if value is True:
            written += f" {plain}"
        elif value is not False:
            written += f' {plain}="{escape(value)}"'
    return written


def field(
    name: str, label: str, value: str, error: str = "", *, after: str = "", **more: str | bool
) -> str:
    """A labelled input with its error below it; `after` stands beside the input."""
    more["type_"] = more.get("type_", "text")
    wrong = attributes(aria_invalid="true", aria_describedby=f"{name}-error") if error else ""
    box = f"<input{attributes(id=name, name=name, value=value, **more)}{wrong}>"
    if after:
        box = f'<div class="with-button">{box}{after}</div>'
    told = f'<p class="error" id="{name}-error">{escape(error)}</p>' if error else ""
    return f'<div class="field"><label for="{name}">{escape(label)}</label>{box}{told}</div>'


def link(address: str | None, label: str, css: str = "back") -> str:
    if not address:
        return ""
    return f'<a class="{css}" href="{escape(address)}">{escape(label)}</a>'
