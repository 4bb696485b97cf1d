"""What a web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from fairwitness.environment import leave_no_core

leave_no_core()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
application = get_wsgi_application()
