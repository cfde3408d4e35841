"""The admin finds rows by index, however many there are."""

from django.conf import settings
from django.db import migrations, models

from nerdherd.lib.indices import AddIndexBeside


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('billing', '0003_nameless'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexBeside(
            model_name='gift',
            index=models.Index(fields=['-created_at'], name='gift_newest'),
        ),
        AddIndexBeside(
            model_name='membership',
            index=models.Index(fields=['-granted_at', '-id'], name='membership_newest'),
        ),
        AddIndexBeside(
            model_name='membership',
            index=models.Index(fields=['source', '-granted_at'], name='membership_by_source'),
        ),
        AddIndexBeside(
            model_name='membership',
            index=models.Index(fields=['reason', '-granted_at'], name='membership_by_reason'),
        ),
        AddIndexBeside(
            model_name='membership',
            index=models.Index(condition=models.Q(('revoked_at__isnull', True), _negated=True), fields=['-granted_at', '-id'], name='membership_ended'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['-created_at'], name='purchase_newest'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['status', '-created_at'], name='purchase_by_status'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['status', 'kind', 'user'], name='purchase_by_holder'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['status', 'kind', 'paid_at'], name='purchase_by_payment'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['paid_at'], name='purchase_paid'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['refunded_at'], name='purchase_refunded'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['ended_at'], name='purchase_ended'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['status', 'dispute_status', 'fraud_warning_at'], name='purchase_warned_of'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['dispute_status'], name='purchase_disputed'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['payer_digest'], name='purchase_by_payer'),
        ),
        AddIndexBeside(
            model_name='purchase',
            index=models.Index(fields=['email'], name='purchase_by_email', opclasses=['varchar_pattern_ops']),
        ),
        AddIndexBeside(
            model_name='stripeevent',
            index=models.Index(fields=['-received_at'], name='event_newest'),
        ),
        AddIndexBeside(
            model_name='stripeevent',
            index=models.Index(condition=models.Q(('done_at', None)), fields=['received_at'], name='event_waiting'),
        ),
        AddIndexBeside(
            model_name='stripeevent',
            index=models.Index(fields=['type'], name='event_by_type', opclasses=['varchar_pattern_ops']),
        ),
    ]
