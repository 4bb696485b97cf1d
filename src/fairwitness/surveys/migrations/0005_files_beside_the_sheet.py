"""Files that come with questionnaires: lists, pictures, sound and film, by their hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_manuscripts")]
    operations = [
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("is_published", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="manuscript",
            name="files",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="version",
            name="files",
            field=models.JSONField(default=dict),
        ),
    ]
