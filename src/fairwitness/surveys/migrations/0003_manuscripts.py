"""Questionnaires that are worked on at the desk; versions are counted in the order of publishing."""

import uuid

from django.db import migrations, models


def count(apps, schema_editor):
    """Number the versions that there are by their days."""
    version = apps.get_model("surveys", "Version")
    standing = version.objects.order_by("published_on", "pk").values_list(
        "pk", flat=True
    )
    for number, pk in enumerate(list(standing), start=1):
        version.objects.filter(pk=pk).update(number=number)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_what_waits_is_mixed")]
    operations = [
        migrations.CreateModel(
            name="Manuscript",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("file_name", models.CharField(max_length=120)),
                ("sheet", models.BinaryField()),
                ("kept_on", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="version",
            name="number",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=False),
        migrations.AlterField(
            model_name="draft",
            name="journey",
            field=models.CharField(
                choices=[
                    ("survey", "The survey part"),
                    ("report", "A report"),
                    ("visit", "The reporter's own page"),
                    ("preview", "A preview at the desk"),
                    ("call", "A report told by phone"),
                ],
                max_length=10,
            ),
        ),
    ]
