"""A campaign's public page: how many such people there are, its end, and what came of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0008_mail_that_arrives"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outcome",
                        serialize=False,
                        to="outreach.campaign",
                    ),
                ),
                ("counted_on", models.DateField()),
                ("numbers", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="campaign",
            name="audience_size",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="ended_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="way",
            field=models.CharField(
                blank=True,
                choices=[
                    ("all", "everybody"),
                    ("by_lot", "drawn by lot"),
                    ("by_rule", "chosen by a rule"),
                ],
                max_length=7,
            ),
        ),
    ]
