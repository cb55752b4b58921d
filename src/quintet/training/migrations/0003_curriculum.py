"""Projects with their figures, completions that lapse, certificates that warn, and checks of pages."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("training", "0002_exams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name="Evidence"),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(blank=True, max_length=300)),
                ("campaign", models.CharField(blank=True, max_length=100)),
                ("opened_at", models.DateTimeField()),
                ("module", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="training.module")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="projects", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ("-opened_at", "-pk"),
                "constraints": [models.UniqueConstraint(fields=("user", "module"), name="one_project_a_person_a_module")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figures", models.JSONField()),
                ("is_typed", models.BooleanField()),
                ("seen_at", models.DateTimeField()),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="training.project")),
            ],
            options={"ordering": ("-seen_at", "-pk")},
        ),
        migrations.CreateModel(
            name="PageCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("facts_version", models.IntegerField()),
                ("told", models.JSONField()),
                ("checked_at", models.DateTimeField()),
                ("version", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="check_of_step", to="training.pageversion")),
            ],
        ),
        migrations.AddField(model_name="completion", name="lapsed_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.UniqueConstraint(condition=models.Q(("lapsed_at", None)), fields=("user", "module"), name="one_completion_that_counts"),
        ),
        migrations.AddField(model_name="grant", name="warned_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="grant", name="expired_at", field=models.DateTimeField(null=True)),
        migrations.AlterField(model_name="grant", name="revoked_because", field=models.CharField(blank=True, max_length=1000)),
        migrations.AlterField(model_name="notice", name="text", field=models.CharField(max_length=1500)),
    ]
