"""The admin finds rows by index, however many there are."""

from django.db import migrations, models

from nerdherd.lib.indices import AddIndexBeside


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('lib', '0004_change'),
    ]

    operations = [
        AddIndexBeside(
            model_name='auditline',
            index=models.Index(fields=['kind', '-id'], name='audit_by_kind'),
        ),
        AddIndexBeside(
            model_name='auditline',
            index=models.Index(fields=['label'], name='audit_by_label'),
        ),
    ]
