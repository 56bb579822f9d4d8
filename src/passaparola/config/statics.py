"""Files for browsers are served under a name that holds a hash of what is in them, so that a browser keeps them for good.

Nobody collects files first: the name is made from the installed file, and answered from it. A `.gz` beside a file is sent to who takes it.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class HashedNames(StaticFilesStorage):
    """`operator/operator.css` is `/static/operator/operator.0f3a….css`. A file that does not exist keeps its name, and is not found."""

    def url(self, name: str | None) -> str:
        """The address, under the present name."""
        return str(super().url(_hashed(name) if name and not settings.DEBUG else name))


class Statics(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, which also knows the hashed names."""

    def add_files_from_finders(self) -> None:
        super().add_files_from_finders()
        for url in [url for url in self.files if url.startswith(self.static_prefix) and not url.endswith(".gz")]:
            name = url[len(self.static_prefix) :]
            path = finders.find(name)
            if path:
                hashed = self.static_prefix + _hashed(name)
                self.add_file_to_dictionary(hashed, path)


@lru_cache(maxsize=1024)
def _hashed(name: str) -> str:
    path = finders.find(name)
    if not path:
        return name
    digest = hashlib.sha256(Path(str(path)).read_bytes()).hexdigest()[:12]
    stem, _, kind = name.rpartition(".")
    return f"{stem}.{digest}.{kind}"
