"""What the server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passaparola.config.settings")

django_application = get_wsgi_application()

from passaparola.inbound.api.mount import mounted  # noqa: E402  after Django is ready
from passaparola.inbound.probes import PROBES  # noqa: E402
from passaparola.inbound.requests import watched  # noqa: E402

application = watched(mounted(django_application), PROBES)
