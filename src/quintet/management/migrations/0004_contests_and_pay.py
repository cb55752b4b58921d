"""Commission plans, contests, and what managers-to-be were seen doing."""
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("management", "0003_forecast"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('team', models.CharField(blank=True, max_length=200)),
                ('terms', models.JSONField()),
                ('starts_on', models.DateField(db_index=True)),
                ('ends_on', models.DateField(db_index=True)),
                ('prize', models.CharField(blank=True, max_length=300)),
                ('started_at', models.DateTimeField()),
                ('ended_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-starts_on', 'name'),
            },
        ),
        migrations.CreateModel(
            name='LeadershipObservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rep_id', models.BigIntegerField(db_index=True)),
                ('behaviour', models.CharField(choices=[('exercise', 'Led an exercise'), ('mentoring', 'Mentored a colleague'), ('session', 'Ran a coaching session'), ('review', 'Ran a pipeline or call review'), ('interview', 'Interviewed a candidate'), ('onboarding', 'Onboarded a newcomer'), ('feedback', 'Gave feedback that was taken')], max_length=20)),
                ('seen_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('noted_at', models.DateTimeField()),
                ('seen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-seen_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PayPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True)),
                ('valid_from', models.DateField()),
                ('rules', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-version',),
            },
        ),
        migrations.CreateModel(
            name='PayPlanAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acceptance', to='management.payplan')),
            ],
        ),
    ]
