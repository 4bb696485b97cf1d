from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_escrow"),
    ]

    operations = [
        migrations.CreateModel(
            name="LockedSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("by_sheet", models.BinaryField()),
            ],
        ),
    ]
