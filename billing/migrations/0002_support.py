"""The group Support: sees people and payments, grants, takes back and refunds; edits no content."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

MAY = ["view_purchase", "refund_purchase", "view_membership", "add_membership", "view_stripeevent"]


def make_group(apps, schema_editor):
    for label in ("billing", "accounts"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    group, _ = Group.objects.get_or_create(name="Support")
    of_billing = Permission.objects.filter(content_type__app_label="billing", codename__in=MAY)
    of_people = Permission.objects.filter(
        content_type__app_label="accounts", codename="view_user"
    )
    group.permissions.add(*of_billing, *of_people)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
