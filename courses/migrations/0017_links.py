"""Links to pages of this site get rows; the texts that are there already are read once."""

import django.db.models.deletion
from django.db import migrations, models

from courses.linking import aims
from courses.models.redirect import normal

AT_A_TIME = 200


def read_texts(apps, schema_editor):
    """What `keep_links` does for each post that is saved from now on."""
    posts, links = (
        apps.get_model("courses", name).objects.using(schema_editor.connection.alias)
        for name in ("Post", "InnerLink")
    )
    linking = posts.filter(body__contains="<a ").values_list("pk", "body")
    for pk, body in linking.iterator(AT_A_TIME):
        rows = [
            links.model(post_id=pk, path=normal(aim.path)[:300], kind=aim.kind, slug=aim.slug[:200])
            for aim in aims(body)
        ]
        links.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("courses", "0016_numbers")]

    operations = [
        migrations.CreateModel(
            name="InnerLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300)),
                ("kind", models.CharField(max_length=10)),
                ("slug", models.CharField(max_length=200)),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inner_links",
                        to="courses.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "link in a text",
                "verbose_name_plural": "links in texts",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("post", "path"), name="inner_link_once")
                ],
            },
        ),
        migrations.RunPython(read_texts, migrations.RunPython.noop, elidable=True),
    ]
