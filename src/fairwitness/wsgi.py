"""What a web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from fairwitness import databases
from fairwitness.environment import leave_no_core
from fairwitness.front.doorstep import Doorstep

leave_no_core()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
application = Doorstep(get_wsgi_application())
databases.make_none()
