"""Posts no longer name the file of their cover; apart, since PostgreSQL changes no table whose new keys it has yet to check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0014_pictures")]

    operations = [
        # Left as it was when the field comes back, rows have an empty one until 0014 fills it.
        migrations.AlterField(
            "post", "picture_file", models.CharField(blank=True, default="", max_length=100)
        ),
        migrations.RemoveField("post", "picture_file"),
    ]
