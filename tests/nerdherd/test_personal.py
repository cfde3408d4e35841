"""Every table that could name somebody is in the export, or left out for a reason that is written."""

import pytest
from django.apps import apps
from django.db import models

from nerdherd.accounts.models import User
from nerdherd.lib.personal import Holding, holdings


def names_somebody(model: type[models.Model]) -> bool:
    """Whether it has a key to the account, or a column for an address."""
    return any(
        field.related_model is User or isinstance(field, models.EmailField)
        for field in model._meta.concrete_fields
    )


def of_model(model: type[models.Model]) -> list[Holding]:
    return [one for one in holdings() if one.model is model]


TABLES = [model for model in apps.get_models(include_auto_created=True) if names_somebody(model)]


@pytest.mark.parametrize("model", [*TABLES, User], ids=lambda model: model._meta.label)
def test_it_is_in_the_export(model):
    assert of_model(model)


@pytest.mark.parametrize("holding", holdings(), ids=lambda one: one.title)
def test_each_of_its_columns_goes_out_or_is_kept_back_for_a_reason(holding):
    given = {field.split("__")[0] for field in holding.fields}
    columns = {
        field.name
        for field in holding.model._meta.concrete_fields
        if field.name != "id" and not (field.primary_key and field.related_model is User)
    }
    whose = {
        field.name for field in holding.model._meta.concrete_fields if field.related_model is User
    }
    assert columns - given - set(holding.kept_back) <= whose
    assert not given & set(holding.kept_back)
    assert all(holding.kept_back.values())


def test_no_two_of_its_parts_have_one_title():
    titles = [holding.title for holding in holdings()]
    assert len(titles) == len(set(titles))
