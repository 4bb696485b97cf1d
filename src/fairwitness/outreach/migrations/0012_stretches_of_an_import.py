"""How far a stretch of a list is in, which goes in by parts; one index of contacts less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0011_tray_of_returned_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="laid_to",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="stretch_ends",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="contact",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="outreach.source",
            ),
        ),
    ]
