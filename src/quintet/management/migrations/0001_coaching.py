"""Coaching plans and their sessions."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CoachingPlan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rep_id', models.BigIntegerField(db_index=True)),
                ('step', models.CharField(max_length=40)),
                ('finding', models.TextField()),
                ('goal', models.FloatField()),
                ('module', models.CharField(blank=True, max_length=200)),
                ('review_on', models.DateField()),
                ('proposed', models.JSONField()),
                ('reason', models.TextField(blank=True)),
                ('opened_on', models.DateField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('closing_note', models.TextField(blank=True)),
                ('result', models.JSONField(null=True)),
                ('result_of_proposed', models.JSONField(null=True)),
                ('judged_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-opened_at',),
            },
        ),
        migrations.CreateModel(
            name='CoachingSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('practised', models.TextField()),
                ('next_step', models.TextField(blank=True)),
                ('logged_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('held_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='management.coachingplan')),
            ],
            options={
                'ordering': ('-held_on', '-logged_at'),
            },
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('rep_id',), name='one_open_plan_a_rep'),
        ),
    ]
