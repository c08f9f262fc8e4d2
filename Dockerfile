# The version that the tests run on; both stages must have the same.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
RUN pip install --no-cache-dir uv==0.13.9

# Compiled here, since a read-only file system would have it compiled again at every start (2 s).
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/pointsman \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /source
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project
COPY . .
RUN uv sync --locked --no-dev --no-editable \
    && install -d -o 10001 -g 10001 /data


FROM python:${PYTHON}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Pointsman" \
      org.opencontainers.image.description="Asks before a release goes on" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"

# The image comes without compiled standard library.
RUN ["python", "-m", "compileall", "-q", "/usr/local/lib/python3.11"]
COPY --from=build /opt/pointsman /opt/pointsman
# An SQLite record lies here; with PostgreSQL nothing is ever written.
COPY --from=build --chown=10001:10001 /data /data

ENV PATH=/opt/pointsman/bin:$PATH \
    POINTSMAN_CONFIG=/etc/pointsman/pointsman.yaml \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /data
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
EXPOSE 8080 9090

# No shell takes part, so signals reach the bot itself.  Kubernetes has its own probes: see deploy/base/deployment.yaml.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["pointsman"]
CMD ["serve"]
