"""Letters are of a kind, and what is told of a source may be translated."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def name_what_serves(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Campaigns to people who use a service go on as such: their route serves nothing else."""
    campaign = apps.get_model("outreach", "Campaign")
    campaign.objects.filter(source__basis="service").update(kind="service")


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0006_imports_and_origins"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="kind",
            field=models.CharField(
                choices=[
                    ("survey", "a survey that asks, and promotes nothing"),
                    (
                        "appeal",
                        "a survey that also asks for money, signatures or membership",
                    ),
                    ("service", "questions about a service they use"),
                ],
                default="survey",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="translated",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(name_what_serves, migrations.RunPython.noop),
    ]
