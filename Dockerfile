# The operator's image: `docker build -t trueup:0.1.0 .`
# The lock holds the packages of the tests and of the sandbox, too. gen/runtime.py takes from it what the operator
# needs, with its hashes: pip refuses anything else.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /tools && python -m venv --without-pip /app
COPY pyproject.toml requirements.lock ./
COPY operator/trueup/gen/runtime.py /runtime.py
RUN python /runtime.py pyproject.toml requirements.lock > /operator.lock \
    && python /runtime.py pyproject.toml requirements.lock hatchling > /build.lock \
    && /tools/bin/pip install --require-hashes -r /build.lock \
    && /tools/bin/pip --python /app/bin/python install --require-hashes -r /operator.lock
COPY README.md LICENSE ./
COPY operator operator
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /tools/bin/pip --python /app/bin/python install --no-deps /wheels/*.whl

FROM python:3.11-slim
RUN groupadd --system --gid 65532 trueup \
    && useradd --system --uid 65532 --gid 65532 --no-create-home --shell /usr/sbin/nologin trueup
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
EXPOSE 8080
# -P: no folder that happens to be the working directory comes before the library.
ENTRYPOINT ["python", "-P", "-m", "trueup.cluster"]
