"""The lists are found by index, however long they are."""

from django.conf import settings
from django.db import migrations, models

from nerdherd.lib.indices import AddIndexBeside


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('courses', '0018_free_until'),
    ]

    operations = [
        AddIndexBeside(
            model_name='post',
            index=models.Index(fields=['published_at', 'id', 'age', 'access', 'free_until', 'video_seconds', 'read_minutes'], name='post_listed'),
        ),
        AddIndexBeside(
            model_name='post',
            index=models.Index(fields=['title'], name='post_by_title'),
        ),
        AddIndexBeside(
            model_name='picture',
            index=models.Index(fields=['-created_at', '-id'], name='picture_newest'),
        ),
        AddIndexBeside(
            model_name='saved',
            index=models.Index(fields=['person', '-saved_at'], name='saved_lately'),
        ),
    ]
