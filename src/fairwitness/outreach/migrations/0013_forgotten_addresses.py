"""That somebody was forgotten: an older backup has them erased again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0012_stretches_of_an_import"),
    ]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(
                choices=[
                    ("left", "they left"),
                    ("bounced", "it does not exist"),
                    ("complained", "they complained"),
                    ("forgotten", "they wished to be forgotten"),
                ],
                max_length=12,
            ),
        ),
    ]
