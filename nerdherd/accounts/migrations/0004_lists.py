"""The admin finds rows by index, however many there are."""

from django.db import migrations, models

from nerdherd.lib.indices import AddIndexBeside


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('accounts', '0003_leaving'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        AddIndexBeside(
            model_name='user',
            index=models.Index(fields=['-date_joined', '-id'], name='user_newest'),
        ),
        AddIndexBeside(
            model_name='user',
            index=models.Index(condition=models.Q(('is_staff', True)), fields=['-date_joined', '-id'], name='user_staff'),
        ),
        AddIndexBeside(
            model_name='user',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['-date_joined', '-id'], name='user_shut'),
        ),
    ]
