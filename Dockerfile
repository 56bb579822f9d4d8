# passaparola as a container: `docker build -t passaparola .`, then compose.yaml or docs/install.md.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/passaparola
WORKDIR /build
# What is locked comes first: it changes seldom, and its layer is kept.
COPY requirements/build.txt requirements/runtime.txt requirements/
RUN /opt/passaparola/bin/python -m pip install --require-hashes --requirement requirements/build.txt --requirement requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY requirements/runtime.in requirements/
COPY src src
COPY examples examples
RUN /opt/passaparola/bin/python -m pip install --no-deps --no-build-isolation .
RUN /opt/passaparola/bin/python -m pip uninstall --yes setuptools pip

FROM python:${PYTHON}-slim
RUN groupadd --gid 10001 passaparola \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin passaparola \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/passaparola /opt/passaparola
ENV PATH=/opt/passaparola/bin:/usr/local/bin:/usr/bin:/bin PASSAPAROLA_DATA=/data TMPDIR=/var/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# SIGTERM: not ready at once, then everything is answered, then the end (docs/operations.md). Give it 45 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["passaparola"]
CMD ["up", "--host", "0.0.0.0", "--port", "8000"]
