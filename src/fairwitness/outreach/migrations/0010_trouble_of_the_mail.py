"""What the desk says while the mail server takes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0009_public_page"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTrouble",
            fields=[
                (
                    "is_the_trouble",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=20)),
                ("since_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_the_trouble", True)),
                        name="one_trouble_of_the_mail",
                    )
                ],
            },
        ),
    ]
