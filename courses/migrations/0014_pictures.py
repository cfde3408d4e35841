"""Pictures become rows of their own; the covers of posts and of their versions find theirs."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

AT_A_TIME = 200


def objects_of(apps, schema_editor):
    """The posts, versions and pictures as they are here."""
    alias = schema_editor.connection.alias
    models = (apps.get_model("courses", name) for name in ("Post", "Version", "Picture"))
    return [model.objects.using(alias) for model in models]


def put_on_the_shelf(apps, schema_editor):
    """A row for each cover that a post or a version of one names."""
    posts, versions, pictures = objects_of(apps, schema_editor)

    def picture_of(copies, alt):
        """The row for these copies; None where there are none."""
        if not copies or "width" not in copies:
            return None
        size = {"width": copies["width"], "height": copies["height"], "alt": alt}
        return pictures.get_or_create(name=copies["name"], defaults=size)[0]

    covered = posts.exclude(picture_copies=None).exclude(picture_file="")
    for post in covered.only("picture_copies", "picture_alt").iterator(AT_A_TIME):
        picture = picture_of(post.picture_copies, post.picture_alt)
        posts.filter(pk=post.pk).update(picture=picture)
    for version in versions.order_by("pk").iterator(AT_A_TIME):
        fields, copies = version.fields, version.fields.pop("picture_copies", None)
        named = fields.pop("picture", "")
        picture = picture_of(copies, fields.get("picture_alt", "")) if named else None
        fields |= {"picture_id": picture and picture.pk, "focus_x": 50, "focus_y": 50}
        version.save(update_fields=["fields"])
        if picture:
            version.pictures.add(picture)


def take_from_the_shelf(apps, schema_editor):
    """Posts and versions name files again; pictures that no cover names are left to the sweep."""
    posts, versions, pictures = objects_of(apps, schema_editor)
    on_shelf = {picture.pk: picture for picture in pictures.all()}
    for pk, picture in posts.exclude(picture=None).values_list("pk", "picture"):
        posts.filter(pk=pk).update(picture_file=_file(on_shelf[picture]), picture=None)
    for version in versions.order_by("pk").iterator(AT_A_TIME):
        fields, picture = version.fields, on_shelf.get(version.fields.pop("picture_id", None))
        fields["picture"] = _file(picture) if picture else ""
        fields["picture_copies"] = _copies(picture) if picture else None
        for name in ("focus_x", "focus_y"):
            fields.pop(name, None)
        version.save(update_fields=["fields"])


def _file(picture):
    return f"{picture.name}-{picture.width}.webp"


def _copies(picture):
    widths = [*(width for width in (480, 960, 1600) if width < picture.width), picture.width]
    size = {"width": picture.width, "height": picture.height}
    return {"name": picture.name, **size, "widths": widths}


def focus(label):
    return models.PositiveSmallIntegerField(
        default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name=label
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_editing")]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(editable=False, max_length=80, unique=True)),
                ("width", models.PositiveSmallIntegerField(editable=False)),
                ("height", models.PositiveSmallIntegerField(editable=False)),
                ("sha256", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        help_text="For those who cannot see. Offered again wherever the picture is used.",
                        max_length=200,
                        verbose_name="what the picture shows",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.RenameField("post", "picture", "picture_file"),
        migrations.AddField(
            "post",
            "picture",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="covered",
                to="courses.picture",
                verbose_name="picture",
            ),
        ),
        migrations.AddField("post", "focus_x", focus("focus, from the left (%)")),
        migrations.AddField("post", "focus_y", focus("focus, from the top (%)")),
        migrations.AddField(
            "post",
            "text_pictures",
            models.ManyToManyField(editable=False, related_name="texts", to="courses.picture"),
        ),
        migrations.AddField(
            "version",
            "pictures",
            models.ManyToManyField(related_name="versions", to="courses.picture"),
        ),
        migrations.AddField(
            "workingcopy",
            "pictures",
            models.ManyToManyField(related_name="working_copies", to="courses.picture"),
        ),
        migrations.RunPython(put_on_the_shelf, take_from_the_shelf),
    ]
