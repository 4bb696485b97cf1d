"""What waits for release is written anew among all that waits, and says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="pending",
            name="is_mixed",
            field=models.BooleanField(default=False),
        )
    ]
