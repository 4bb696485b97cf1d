"""A link that was spent since the last release lies in a small table of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="SpentLink",
            fields=[
                ("invitation", models.UUIDField(primary_key=True, serialize=False)),
            ],
        )
    ]
