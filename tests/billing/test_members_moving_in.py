"""Members of another site come in by a file: with access, without a password, and without mail."""

import pytest
from django.core.management import CommandError, call_command

from billing.models import Membership
from courses.access import may_have_everything
from nerdherd.accounts.models import User
from nerdherd.lib.models import OutboxMail
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path, capsys):
    def bring(text: str, **options) -> list[str]:
        file = tmp_path / "members.csv"
        file.write_text(text, encoding="utf-8")
        call_command("import_members", file, **options)
        return capsys.readouterr().out.splitlines()

    return bring


PEOPLE = (
    "Email,Name,Joined\nNew@Example.com,New Name,2021-05-06\nbroken,,\n,Nobody,\nnew@example.com,,\n"
    "two@example.com,,5/6/2021\n"
)


def test_dry_then_wet_then_again(bring):
    dry = bring(PEOPLE, dry_run=True)
    assert dry == [
        "row 3: skipped: this is no e-mail address",
        "row 4: skipped: it has no e-mail address",
        "row 5: skipped: row 2 has the same address",
        "row 6: created: “5/6/2021” is no date that we can read: joined today",
        "created 2  updated 0  unchanged 0  skipped 3",
    ]
    assert not User.objects.exists()
    assert bring(PEOPLE) == dry
    assert bring(PEOPLE)[-1] == "created 0  updated 0  unchanged 2  skipped 3"
    new = User.objects.get(email="new@example.com")
    line = Membership.objects.get(user=new)
    assert (line.source, line.granted_at.date().isoformat()) == ("imported", "2021-05-06")
    assert new.name == "New Name"
    assert not new.has_usable_password()
    assert may_have_everything(new)
    assert not OutboxMail.objects.exists()


def test_who_has_an_account_gets_access_and_who_has_access_keeps_it(bring):
    rui, mona = cast.rui(), cast.mona()
    lines = bring(f"email\n{rui.email}\n{mona.email}\n")
    assert lines == ["created 0  updated 1  unchanged 1  skipped 0"]
    assert may_have_everything(User.objects.get(pk=rui.pk))
    assert Membership.objects.filter(user=mona).count() == 1


def test_what_was_taken_back_is_not_given_again(bring):
    bring("email\nnew@example.com\n")
    Membership.objects.all().end(Membership.Reason.STAFF)
    assert bring("email\nnew@example.com\n") == ["created 0  updated 0  unchanged 1  skipped 0"]
    assert not Membership.objects.live().exists()


def test_a_file_without_addresses_says_so(bring):
    with pytest.raises(CommandError, match="No column is called email"):
        bring("Name\nX\n")
