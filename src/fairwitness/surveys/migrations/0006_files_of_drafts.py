"""Files that belong to a draft; the size stands before the body, so that it is read alone."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_files_beside_the_sheet")]
    operations = [
        migrations.CreateModel(
            name="DraftFile",
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
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="surveys.draft",
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("body", models.BinaryField()),
            ],
        )
    ]
