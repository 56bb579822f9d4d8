import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What each of staff may do. Whoever could do everything until now is an administrator."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("store", "0013_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffRole",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="staff_role",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("role", models.CharField(max_length=16)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("administrator", "marketing", "sales", "success", "support"))),
                        name="staffrole_role",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO store_staffrole (user_id, role) SELECT id, 'administrator' FROM auth_user",
            migrations.RunSQL.noop,
        ),
    ]
