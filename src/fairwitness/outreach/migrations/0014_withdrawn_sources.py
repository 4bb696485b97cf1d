"""From when on, and why, the addresses of a source are used no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0013_forgotten_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="withdrawn_because",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="source",
            name="withdrawn_on",
            field=models.DateField(null=True),
        ),
    ]
