"""The objects of one bucket, and the edges that keep copies of them: what a synchronisation reads and writes.

Every failure leaves as `ContentFailed`, with AWS's own word for it and what to do.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trueup.aws.calling import method, pages
from trueup.aws.sessions import Sessions
from trueup.core.faults import Consequence, Fault
from trueup.core.values import Json, Place

MOST_DELETED: Final = 1000
"""Objects of one call that deletes."""


class ContentFailed(Exception):
    """A call failed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentences)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a list shows it."""

    digest: str
    size: int


class Content:
    """What a bucket holds."""

    def __init__(self, sessions: Sessions, place: Place, bucket: str) -> None:
        self._sessions = sessions
        self._place = place
        self._bucket = bucket

    def listed(self) -> Mapping[str, Listed]:
        """Every object, by key; its digest is MD5 where it was uploaded in one piece."""
        found: dict[str, Listed] = {}
        for page in self._pages("ListObjectsV2", {"Bucket": self._bucket}):
            for one in page.get("Contents", ()):
                found[str(one["Key"])] = Listed(str(one["ETag"]).strip('"'), int(one["Size"]))
        return found

    def headers(self, key: str) -> tuple[str, str]:
        """The type and the Cache-Control that an object is served with."""
        said = self._call("HeadObject", {"Key": key})
        return str(said.get("ContentType", "")), str(said.get("CacheControl", ""))

    def upload(self, key: str, file: Path, type: str, cache: str) -> None:
        """The object is the file, served with these headers; S3 refuses what does not arrive as it was sent."""
        self._put(key, file.read_bytes(), type, cache)

    def text(self, key: str) -> str:
        """What an object says; nothing where there is none."""
        try:
            body: Json = self._call("GetObject", {"Key": key})["Body"]
            return body.read().decode()
        except ContentFailed as failed:
            if failed.fault.consequence is Consequence.NOT_FOUND:
                return ""
            raise

    def write(self, key: str, text: str) -> None:
        """The object says the text, and nobody keeps a copy."""
        self._put(key, text.encode(), "text/plain; charset=utf-8", "no-store")

    def delete(self, keys: Sequence[str]) -> None:
        """The objects are gone. Raises where S3 did not delete one of them."""
        for start in range(0, len(keys), MOST_DELETED):
            named = [{"Key": key} for key in keys[start : start + MOST_DELETED]]
            said = self._call("DeleteObjects", {"Delete": {"Objects": named, "Quiet": True}})
            for wrong in said.get("Errors", ()):
                raise ContentFailed(
                    Fault(
                        Consequence.UNEXPECTED,
                        str(wrong.get("Code")),
                        f"{wrong.get('Key')}: {wrong.get('Message')}",
                        "s3",
                        "DeleteObjects",
                        "Look at the object in S3, and run the command again.",
                    )
                )

    def forget(self, distribution: str, paths: Sequence[str], reference: str) -> str:
        """The edges of a distribution ask anew for these paths: the id of the invalidation, one for each reference."""
        batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
        said = self._made(
            "cloudfront", "CreateInvalidation", {"DistributionId": distribution, "InvalidationBatch": batch}
        )
        return str(said["Invalidation"]["Id"])

    def _put(self, key: str, body: bytes, type: str, cache: str) -> None:
        digest = b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        headers = {"ContentType": type, "CacheControl": cache, "ContentMD5": digest}
        self._call("PutObject", {"Key": key, "Body": body, **headers})

    def _call(self, operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        return self._made("s3", operation, {"Bucket": self._bucket, **params})

    def _made(self, service: str, operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        try:
            return method(self._sessions.client(service, self._place), operation)(**params)
        except Exception as error:
            raise ContentFailed(self._sessions.fault(error, service, operation)) from None

    def _pages(self, operation: str, params: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
        try:
            client = self._sessions.client("s3", self._place)
            pagination = self._sessions.pagination("s3", self._place, operation)
            yield from pages(client, operation, params, lambda: None, pagination)
        except Exception as error:
            raise ContentFailed(self._sessions.fault(error, "s3", operation)) from None
