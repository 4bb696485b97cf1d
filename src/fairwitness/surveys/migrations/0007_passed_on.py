"""Counts of links that were passed on, and of answers a day: numbers of nobody."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_files_of_drafts")]
    operations = [
        migrations.CreateModel(
            name="Passing",
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
                ("body", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PassedOn",
            fields=[
                ("campaign", models.UUIDField(primary_key=True, serialize=False)),
                ("not_for_me", models.PositiveIntegerField(default=0)),
                ("by_one", models.PositiveIntegerField(default=0)),
                ("by_two", models.PositiveIntegerField(default=0)),
                ("by_five", models.PositiveIntegerField(default=0)),
                ("by_ten", models.PositiveIntegerField(default=0)),
                ("by_twenty", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DayOfAnswers",
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
                ("campaign", models.UUIDField()),
                ("day", models.DateField()),
                ("own", models.PositiveIntegerField(default=0)),
                ("passed_on", models.PositiveIntegerField(default=0)),
                ("is_over", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "day"], name="one_number_for_each_day"
                    )
                ]
            },
        ),
        migrations.AlterField(
            model_name="response",
            name="door",
            field=models.CharField(
                choices=[
                    ("invited", "a personal link"),
                    ("forwarded", "a link that was passed on"),
                    ("on_behalf", "somebody else, who says that the person knows"),
                    ("open", "the open form"),
                ],
                max_length=10,
            ),
        ),
    ]
