from django.db import migrations, models
from django.db.models import F


def fill_in(apps, schema_editor):
    """Nobody used a promotion code before these columns came; `reconcile` corrects who did."""
    purchases = apps.get_model("billing", "Purchase").objects.filter(paid_at__isnull=False)
    purchases.update(paid_cents=F("amount_cents"))
    purchases.filter(refunded_cents__gt=0).update(refunded_at=F("ended_at"))


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_gifts")]

    operations = [
        migrations.AddField(
            model_name="purchase",
            name="paid_cents",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="purchase",
            name="refunded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="purchase",
            name="dispute_due_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="dispute to be answered by"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="fraud_warning_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="fraud warning"),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
