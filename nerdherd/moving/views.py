"""The pages of moving in: bring a file, see what would become of it, correct, and do it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nerdherd.lib.tables import lines
from nerdherd.moving.forms import ColumnsForm, FileForm
from nerdherd.moving.kinds import kinds
from nerdherd.moving.models import Move

SHOWN = 100  # rows on a page


def _allowed(request: HttpRequest) -> list[str]:
    """The kinds that who asks may bring in."""
    return [name for name, one in kinds().items() if request.user.has_perm(one.PERMISSION)]


def _for_movers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For staff who may bring in anything at all; with a `pk`, for those who may bring in that."""

    def guarded(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        if not (allowed := _allowed(request)):
            raise PermissionDenied
        if pk is None:
            return view(request)
        return view(request, get_object_or_404(Move, pk=pk, kind__in=allowed))

    door: Callable[..., HttpResponseBase] = admin.site.admin_view(guarded)
    return door


@require_http_methods(["GET", "HEAD", "POST"])
@_for_movers
def moves(request: HttpRequest) -> HttpResponse:
    """Bring a file; and those that were brought in the last weeks."""
    form = FileForm(request.POST or None, request.FILES or None, allowed=_allowed(request))
    if request.method == "POST" and form.is_valid():
        return redirect("move", form.save(request.user.pk).pk)
    # What became of each row of each file is a lot, and the list does not say it.
    brought = Move.objects.filter(kind__in=_allowed(request)).defer("outcomes")
    context = {"form": form, "moves": brought[:20]}
    status = 422 if form.errors else 200
    return _page(request, "moves.html", _("Moving in"), context, status)


@require_safe
@_for_movers
def move(request: HttpRequest, move: Move) -> HttpResponse:
    """How far it is, what becomes of each row, and which column is taken for what."""
    return _show(request, move, _columns_form(move))


@require_safe
@_for_movers
def standing(request: HttpRequest, move: Move) -> HttpResponse:
    """How far it is, for the page that waits."""
    return JsonResponse(
        {"is_over": not move.is_at_work, "rows": move.rows, "done": move.rows_done},
        headers={"Cache-Control": "private, no-store"},
    )


@require_POST
@_for_movers
def columns(request: HttpRequest, move: Move) -> HttpResponse:
    """Take the columns for what somebody says they are, and look again."""
    form = _columns_form(move, request.POST)
    if not form.is_valid():
        return _show(request, move, form, status=422)
    move.columns = form.chosen()
    return _begin(request, move, Move.Stage.LOOKING)


@require_POST
@_for_movers
def bringing(request: HttpRequest, move: Move) -> HttpResponse:
    """Bring it in."""
    return _begin(request, move, Move.Stage.MOVING)


@require_POST
@_for_movers
def forgetting(request: HttpRequest, move: Move) -> HttpResponse:
    """Throw the file away; what was brought in stays."""
    move.forget()
    messages.success(request, _("The file is deleted. What was brought in stays."))
    return redirect("moves")


@require_safe
@_for_movers
def report(request: HttpRequest, move: Move) -> StreamingHttpResponse:
    """What became of each row, as CSV."""
    rows = ([str(row), name, did, " · ".join(notes)] for row, name, did, notes in move.outcomes)
    told = lines(["row", "name", "outcome", "notes"], rows)
    headers = {"Content-Disposition": f'attachment; filename="moving-{move.pk}.csv"'}
    return StreamingHttpResponse(told, content_type="text/csv; charset=utf-8", headers=headers)


def _begin(request: HttpRequest, move: Move, stage: Move.Stage) -> HttpResponse:
    if not move.begin(stage):
        messages.warning(request, _("It is being gone through already. Wait until that is over."))
    return redirect("move", move.pk)


def _columns_form(move: Move, data: Any = None) -> ColumnsForm:
    return ColumnsForm(data, initial=move.columns, columns=move.head, importer=move.importer)


def _show(
    request: HttpRequest, move: Move, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    wants = request.GET.get("rows", "")
    rows = [row for row in move.outcomes if (row[3] if wants == "notes" else wants in ("", row[2]))]
    context = {
        "move": move,
        "form": form,
        "page": Paginator(rows, SHOWN).get_page(request.GET.get("page")),
        "wants": wants,
        "with_notes": sum(bool(row[3]) for row in move.outcomes),
    }
    return _page(request, "move.html", move.name, context, status)


def _page(
    request: HttpRequest, name: str, title: str, context: dict[str, Any], status: int
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"admin/moving/{name}", whole, status=status)
