"""The edge answers as a distribution says, read back from AWS, and lets nobody past the bucket's policy."""

from __future__ import annotations

import gzip
import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser import site as by_hand
from tests.browser.site import APP, BUCKET, CONTENT_POLICY, NAME, NEVER, WEEK, YEAR, Site
from tests.emulator.edge import some
from trueup.sandbox.edge import Edge
from trueup.sandbox.edge.answering import answer
from trueup.sandbox.edge.behaviors import matches
from trueup.sandbox.edge.caching import Cache, lasting
from trueup.sandbox.edge.functions import engine
from trueup.sandbox.edge.messages import Headers, Request, Response
from trueup.sandbox.edge.reading import Aws
from trueup.sandbox.emulator import Emulator

INDEX = (APP / "index.html").read_bytes()
SECURITY = {
    "content-security-policy": CONTENT_POLICY,
    "referrer-policy": "strict-origin-when-cross-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
needs_node = pytest.mark.skipif(engine() is None, reason="functions are run by Node.js, which is not on PATH")


@dataclass
class Visit:
    """A viewer of the site, and a hand that changes it."""

    emulator: Emulator
    aws: Aws
    site: Site

    def get(self, path: str, **more: Any) -> Response:
        asked: dict[str, Any] = {"method": "GET", "host": NAME, "path": path, **more}
        return answer(self.aws, Request(**asked))

    def change(self, behavior: dict[str, Any] | None = None, **more: Any) -> None:
        cloudfront = self.emulator.client("cloudfront")
        read = cloudfront.get_distribution_config(Id=self.site.id)
        config = {**read["DistributionConfig"], **more}
        if behavior:
            config["DefaultCacheBehavior"] = {**config["DefaultCacheBehavior"], **behavior}
        cloudfront.update_distribution(Id=self.site.id, IfMatch=read["ETag"], DistributionConfig=config)


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    return Emulator.in_process(clock=lambda: 1_800_000_000.0)


@pytest.fixture
def visit(emulator: Emulator) -> Visit:
    emulator.reset()
    site = by_hand.made(emulator.client)
    made = Visit(emulator, Aws(emulator.client), site)
    made.change({"FunctionAssociations": some()})  # functions have tests of their own: not every machine runs them
    return made


def shown(response: Response, *names: str) -> tuple[int, dict[str, str]]:
    return response.status, {name: response.headers[name] for name in names if name in response.headers}


def test_the_root_is_the_default_object_with_headers_of_bucket_and_policy(visit: Visit) -> None:
    response = visit.get("/")
    assert response.body == INDEX
    assert shown(response, "content-type", "cache-control", *SECURITY) == (
        200,
        {"content-type": "text/html", "cache-control": NEVER, **SECURITY},
    )


@pytest.mark.parametrize(
    ("path", "caching", "kind"),
    [
        ("/app.9d41b7.js", YEAR, "text/javascript"),
        ("/style.2f6c1e.css", YEAR, "text/css"),
        ("/brick.png", WEEK, "image/png"),
    ],
)
def test_files_come_with_the_caching_that_they_were_put_with(visit: Visit, path: str, caching: str, kind: str) -> None:
    response = visit.get(path)
    assert shown(response, "cache-control", "content-type") == (200, {"cache-control": caching, "content-type": kind})
    assert response.body == (APP / path[1:]).read_bytes()


def test_a_deep_link_is_the_page_that_stands_in_for_an_error(visit: Visit) -> None:
    response = visit.get("/projects/42")
    assert (response.status, response.body, response.headers["x-frame-options"]) == (200, INDEX, "DENY")


def test_without_a_page_for_it_the_error_is_what_it_is(visit: Visit) -> None:
    visit.change(CustomErrorResponses=some())
    assert visit.get("/projects/42").status == 403
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"StringEquals": {"AWS:SourceArn": visit.site.arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    visit.emulator.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)
    assert visit.get("/projects/42").status == 404


def test_nothing_is_served_past_the_buckets_policy(visit: Visit) -> None:
    s3 = visit.emulator.client("s3")
    by_hand.open_to(s3, Site("E0", f"{visit.site.arn}0", "d0"))
    of_another = visit.get("/app.9d41b7.js")
    s3.delete_bucket_policy(Bucket=BUCKET)
    of_none = visit.get("/app.9d41b7.js")
    by_hand.open_to(s3, visit.site)
    sentence = f"403 Forbidden: The policy of the bucket {BUCKET} does not let the distribution read app.9d41b7.js.\n"
    assert [(one.status, one.body.decode()) for one in (of_another, of_none)] == [(403, sentence)] * 2
    assert visit.get("/app.9d41b7.js").status == 200


def test_an_origin_without_a_control_is_asked_without_a_signature(visit: Visit) -> None:
    read = visit.emulator.client("cloudfront").get_distribution_config(Id=visit.site.id)
    [origin] = read["DistributionConfig"]["Origins"]["Items"]
    visit.change(Origins=some({**origin, "OriginAccessControlId": ""}))
    assert visit.get("/").status == 403


def test_plain_http_is_sent_to_https(visit: Visit) -> None:
    response = visit.get("/projects/42", query="a=1", secure=False)
    assert shown(response, "location") == (301, {"location": f"https://{NAME}/projects/42?a=1"})
    visit.change({"ViewerProtocolPolicy": "https-only"})
    assert visit.get("/", secure=False).status == 403
    visit.change({"ViewerProtocolPolicy": "allow-all"})
    assert visit.get("/", secure=False).status == 200


def test_names_lead_to_their_distribution_or_nowhere(visit: Visit) -> None:
    names = (NAME.upper(), f"{NAME}:8443", f"www.{NAME}", visit.site.domain, f"other.{NAME}", "127.0.0.1")
    assert [visit.get("/", host=name).status for name in names] == [200, 200, 200, 200, 403, 403]
    only = answer(visit.aws, Request("GET", "127.0.0.1:8443", "/"), only=visit.site.id)
    assert (only.status, only.body) == (200, INDEX)
    visit.change(Enabled=False)
    assert visit.get("/").status == 403


def test_the_first_behavior_that_a_path_matches_counts(visit: Visit) -> None:
    read = visit.emulator.client("cloudfront").get_distribution_config(Id=visit.site.id)
    plain = {**read["DistributionConfig"]["DefaultCacheBehavior"]}
    del plain["ResponseHeadersPolicyId"]
    visit.change(CacheBehaviors=some({**plain, "PathPattern": "*.js"}, {**plain, "PathPattern": "app*"}))
    assert "x-frame-options" not in visit.get("/app.9d41b7.js").headers
    assert "x-frame-options" in visit.get("/style.2f6c1e.css").headers


@pytest.mark.parametrize(
    ("pattern", "path", "held"),
    [
        ("*.js", "/a/b.js", True),
        ("*.js", "/a/b.JS", False),
        ("/images/*", "/images/a/b.png", True),
        ("images/*", "/images/a.png", True),
        ("/images/*", "/other/images/a.png", False),
        ("/a?.txt", "/ab.txt", True),
        ("/a?.txt", "/a.txt", False),
        ("/[a].txt", "/a.txt", False),
    ],
)
def test_patterns_are_matched_as_cloudfront_does(pattern: str, path: str, *, held: bool) -> None:
    assert matches(pattern, path) is held


def test_text_of_some_size_is_compressed_for_who_can_read_it(visit: Visit) -> None:
    long = b"/* long */ " * 200
    write = visit.emulator.client("s3").put_object
    write(Bucket=BUCKET, Key="long.js", Body=long, ContentType="text/javascript")
    write(Bucket=BUCKET, Key="long.png", Body=long, ContentType="image/png")
    zipped = Headers({"accept-encoding": "gzip, br"})
    response = visit.get("/long.js", headers=zipped)
    assert shown(response, "content-encoding", "vary") == (200, {"content-encoding": "gzip", "vary": "Accept-Encoding"})
    assert gzip.decompress(response.body) == long
    assert visit.get("/long.js").body == visit.get("/long.png", headers=zipped).body == long
    assert "content-encoding" not in visit.get("/", headers=zipped).headers
    visit.change({"Compress": False})
    assert visit.get("/long.js", headers=zipped).body == long


def test_a_behavior_without_a_cache_policy_compresses_too(visit: Visit) -> None:
    read = visit.emulator.client("cloudfront").get_distribution_config(Id=visit.site.id)["DistributionConfig"]
    behavior = {key: value for key, value in read["DefaultCacheBehavior"].items() if key != "CachePolicyId"}
    forwarded = {"QueryString": False, "Cookies": {"Forward": "none"}}
    visit.change(DefaultCacheBehavior={**behavior, "ForwardedValues": forwarded, "MinTTL": 0})
    long = b"/* long */ " * 200
    visit.emulator.client("s3").put_object(Bucket=BUCKET, Key="long.css", Body=long, ContentType="text/css")
    response = visit.get("/long.css", headers=Headers({"accept-encoding": "gzip"}))
    assert gzip.decompress(response.body) == long


def test_who_has_it_already_gets_it_not_again(visit: Visit) -> None:
    etag = visit.get("/").headers["etag"]
    response = visit.get("/", headers=Headers({"if-none-match": etag}))
    assert (response.status, response.body, response.headers["cache-control"]) == (304, b"", NEVER)


def test_methods_that_a_behavior_does_not_name_are_refused(visit: Visit) -> None:
    visit.change(CustomErrorResponses=some())
    assert visit.get("/", method="DELETE").status == 403
    assert visit.get("/", method="HEAD").status == 200


# ---- functions ------------------------------------------------------------------------------------------------


def functions(visit: Visit, code: str, event: str = "viewer-request") -> None:
    """The site runs a function."""
    cloudfront = visit.emulator.client("cloudfront")
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name="tried", FunctionConfig=config, FunctionCode=code.encode())
    cloudfront.publish_function(Name="tried", IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    visit.change({"FunctionAssociations": some({"FunctionARN": arn, "EventType": event})})


@needs_node
def test_a_function_sends_one_name_to_the_other_and_lets_all_else_pass(visit: Visit) -> None:
    functions(visit, by_hand.REDIRECT)
    response = visit.get("/projects/42", host=f"www.{NAME}")
    expected = {"location": f"https://{NAME}/projects/42", "x-frame-options": "DENY"}
    assert shown(response, "location", "x-frame-options") == (301, expected)
    assert visit.get("/").body == INDEX


@needs_node
def test_a_function_may_ask_for_something_else_or_change_the_answer(visit: Visit) -> None:
    functions(visit, "async function handler(e) { e.request.uri = '/brick.png'; return e.request; }")
    assert visit.get("/anything").headers["content-type"] == "image/png"
    visit.emulator.reset()
    visit.site = by_hand.made(visit.emulator.client)
    functions(
        visit,
        "function handler(e) { e.response.headers['x-seen'] = { value: e.request.uri }; return e.response; }",
        "viewer-response",
    )
    response = visit.get("/style.2f6c1e.css")
    assert (response.headers["x-seen"], response.status) == ("/style.2f6c1e.css", 200)
    assert response.body == (APP / "style.2f6c1e.css").read_bytes()


@needs_node
def test_a_function_sees_parameters_with_all_their_values(visit: Visit) -> None:
    code = "function handler(e) { return { statusCode: 200, body: JSON.stringify(e.request.querystring) }; }"
    functions(visit, code)
    seen = json.loads(visit.get("/", query="a=1&b=%20&a=2&c=").body)
    several = [{"value": "1"}, {"value": "2"}]
    assert seen == {"a": {"value": "1", "multiValue": several}, "b": {"value": " "}, "c": {"value": ""}}


@needs_node
def test_a_function_that_fails_is_said_to(visit: Visit) -> None:
    functions(visit, "function handler(event) { return event.missing.uri; }")
    response = visit.get("/")
    assert response.status == 503
    assert response.body.startswith(b"503 Service Unavailable: the function tried failed: TypeError")


# ---- the cache ------------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """A clock that the test turns."""

    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds


def cached(visit: Visit, cache: Cache, path: str) -> tuple[str, bytes]:
    """How the cache took part in an answer, and its body."""
    response = answer(visit.aws, Request("GET", NAME, path), cache=cache)
    return response.headers["x-cache"].split()[0], response.body


def put(visit: Visit, key: str, body: bytes, caching: str) -> None:
    visit.emulator.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, CacheControl=caching)


def test_what_is_fetched_is_kept_as_long_as_it_says_within_the_policys_bounds(visit: Visit) -> None:
    watch = Watch()
    cache = Cache(watch.now)
    put(visit, "a.js", b"1", "public, max-age=60")
    seen = [cached(visit, cache, "/a.js")]
    put(visit, "a.js", b"2", "no-cache")
    for seconds in (59, 1, 0.5, 0.5):
        watch.seconds += seconds
        seen.append(cached(visit, cache, "/a.js"))
    assert seen == [("Miss", b"1"), ("Hit", b"1"), ("Miss", b"2"), ("Hit", b"2"), ("Miss", b"2")]


def test_what_is_kept_goes_with_a_completed_invalidation_of_its_path(visit: Visit) -> None:
    cache = Cache(Watch().now)
    for key in ("a.js", "b.js"):
        put(visit, key, b"1", YEAR)
        cached(visit, cache, f"/{key}")
        put(visit, key, b"2", YEAR)
    visit.emulator.core.delays.set({"cloudfront.invalidation.create": 10})
    batch = {"CallerReference": "x", "Paths": some("/a*")}
    visit.emulator.client("cloudfront").create_invalidation(DistributionId=visit.site.id, InvalidationBatch=batch)
    seen = [cached(visit, cache, "/a.js")]
    visit.emulator.advance(10)
    visit.emulator.core.delays.set("none")
    seen += [cached(visit, cache, path) for path in ("/a.js", "/a.js", "/b.js")]
    assert seen == [("Hit", b"1"), ("Miss", b"2"), ("Hit", b"2"), ("Hit", b"1")]


def test_errors_are_kept_as_long_as_the_distribution_says(visit: Visit) -> None:
    watch = Watch()
    cache = Cache(watch.now)
    visit.change(CustomErrorResponses=some({"ErrorCode": 403, "ErrorCachingMinTTL": 30}))
    seen = [cached(visit, cache, "/late.js")[0]]
    put(visit, "late.js", b"1", YEAR)
    for seconds in (29, 1):
        watch.seconds += seconds
        seen.append(cached(visit, cache, "/late.js")[0])
    assert seen == ["Error", "Hit", "Miss"]


@pytest.mark.parametrize(
    ("caching", "seconds"),
    [("", 50), ("max-age=0", 5), ("public, max-age=70", 70), ("max-age=7, s-maxage=80", 80), ("max-age=999", 100)],
)
def test_an_answer_lasts_as_it_says_within_bounds(caching: str, seconds: float) -> None:
    policy = {"MinTTL": 5, "DefaultTTL": 50, "MaxTTL": 100}
    assert lasting(policy, {}, Response(200, Headers({"cache-control": caching}))) == seconds


# ---- the door -------------------------------------------------------------------------------------------------


@pytest.fixture
def edge(visit: Visit) -> Iterator[Edge]:
    with Edge(visit.aws, only=visit.site.id) as serving:
        yield serving


def test_the_command_prints_its_address_and_ends_when_it_is_told_to() -> None:
    command = [sys.executable, "-m", "trueup.cli", "sandbox", "edge", "--endpoint", "http://127.0.0.1:9"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline()
        serving.terminate()
    assert (address.rpartition(":")[0], serving.returncode) == ("https://127.0.0.1", 0)


def test_one_port_speaks_http_and_https(edge: Edge) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    plain = http.client.HTTPConnection("127.0.0.1", edge.port, timeout=10)
    secure = http.client.HTTPSConnection("127.0.0.1", edge.port, timeout=10, context=trusting)
    plain.request("GET", "/brick.png", headers={"Host": NAME})
    redirected = plain.getresponse()
    seen = [(redirected.status, redirected.getheader("location"), redirected.read())]
    for method, path in (("GET", "/"), ("HEAD", "/"), ("GET", "/brick.png?v=2")):
        secure.request(method, path)
        response = secure.getresponse()
        seen.append((response.status, response.getheader("cache-control"), response.read()))
    plain.close()
    secure.close()
    assert seen == [
        (301, f"https://{NAME}/brick.png", b""),
        (200, NEVER, INDEX),
        (200, NEVER, b""),
        (200, WEEK, (APP / "brick.png").read_bytes()),
    ]
