# The image carries Python, the locked packages, the code and what ships with it: no build tools, no package manager of ours, no root.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /srv/kvar
RUN pip install --quiet uv==0.13.9
# The packages change seldom, the code often: two layers.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
COPY templates ./templates
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Kvar" \
      org.opencontainers.image.description="Early, respectful contact when a rent is late." \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/srv/kvar/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KVAR_DATABASE_URL=sqlite:////var/lib/kvar/kvar.db
RUN groupadd --system --gid 10001 kvar \
 && useradd --system --uid 10001 --gid kvar --no-create-home --home-dir /var/lib/kvar --shell /usr/sbin/nologin kvar \
 && install -d -o kvar -g kvar -m 0750 /var/lib/kvar
COPY --from=build /srv/kvar/.venv /srv/kvar/.venv
USER 10001:10001
WORKDIR /var/lib/kvar
VOLUME /var/lib/kvar
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# The schema is upgraded by `kvar migrate`, a step of its own: several replicas must not race for it.
CMD ["kvar", "serve", "--host", "0.0.0.0", "--port", "8000"]
