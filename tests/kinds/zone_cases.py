"""Zones that are right and zones that are wrong, with what is said of them."""

from collections.abc import Mapping
from typing import Any

from tests.kinds.case import Case

ZONE = "dnszone-minimal"


def _record(name: str, type_: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "values": list(values), **more}


def _records(*records: Mapping[str, Any]) -> dict[str, Any]:
    return {"records": list(records)}


WWW = _record("www", "A", "192.0.2.1")

ZONES = (
    Case(ZONE, {"domain": "Example.com"}, "This is not a domain name", "spec.domain"),
    Case(ZONE, {"domain": "example.com."}, "This is not a domain name", "spec.domain"),
    Case(ZONE, {"domain": "com"}, "This is not a domain name", "spec.domain"),
    Case(ZONE, {"domain": "xn--bcher-kva.example"}),
    Case(ZONE, {"adopt": {"name": "example.com"}}),
    Case(ZONE, {"adopt": {"name": "example.org"}}, "adopt.name is not the domain", "spec.adopt"),
    Case(ZONE, {"adopt": {"id": "Z0"}}),
    Case(ZONE, {"adopt": {"id": "/hostedzone/Z0"}}, "This is not the id of a hosted zone", "spec.adopt.id"),
    Case(ZONE, {"adopt": {"id": "Z0", "name": "example.com"}}, "either name or id", "spec.adopt"),
    Case(ZONE, {"adopt": {}}, "either name or id", "spec.adopt"),
    Case(ZONE, _records(WWW, _record("www", "AAAA", "2001:db8::1"), _record("@", "TXT", "v=spf1 -all"))),
    Case(ZONE, _records(_record("*.apps", "CNAME", "a.example.net."), _record("sub", "NS", "ns1.example.net"))),
    Case(ZONE, _records(_record("_sip._tcp", "SRV", "1 10 5060 sip.example.com"))),
    Case(ZONE, _records(_record("@", "CAA", '0 issue "amazon.com"'), _record("@", "MX", "10 mail.example.com."))),
    Case(ZONE, _records(_record("www.example.com", "A", "192.0.2.1", adopt=True))),
    Case(ZONE, _records(_record("WWW", "A", "192.0.2.1")), "This is not the name of a record"),
    Case(ZONE, _records(_record("a.*", "A", "192.0.2.1")), "This is not the name of a record"),
    Case(ZONE, _records(_record("_trueup-a.www", "TXT", "x")), "Names that begin with _trueup-"),
    Case(ZONE, _records(_record("@", "CNAME", "example.net")), "The zone itself (@) has no CNAME"),
    Case(ZONE, _records(_record("@", "NS", "ns1.example.net")), "The zone itself (@) has no CNAME"),
    Case(ZONE, _records(_record("a", "CNAME", "b.example.net", "c.example.net")), "A CNAME has one value"),
    Case(ZONE, _records(_record("a", "A", "192.0.2.1", "192.0.2.1")), "A value of the record comes twice"),
    Case(ZONE, _records(_record("a", "A", "www.example.com")), "IPv4 addresses"),
    Case(ZONE, _records(_record("a", "A", "2001:db8::1")), "IPv4 addresses"),
    Case(ZONE, _records(_record("a", "AAAA", "192.0.2.1")), "IPv6 addresses"),
    Case(ZONE, _records(_record("a", "CAA", "0 issue amazon.com")), "A value of a CAA record"),
    Case(ZONE, _records(_record("a", "CNAME", "https://example.net")), "The value of a CNAME is a host name"),
    Case(ZONE, _records(_record("a", "MX", "mail.example.com")), "A value of an MX record"),
    Case(ZONE, _records(_record("a", "NS", "10 ns1.example.net")), "The values of NS records are host names"),
    Case(ZONE, _records(_record("a", "SRV", "10 5060 sip.example.com")), "A value of an SRV record"),
    Case(ZONE, _records(_record("a", "TXT", '"quoted"')), "A text has only printable ASCII"),
    Case(ZONE, _records(_record("a", "TXT", "Größe")), "A text has only printable ASCII"),
    Case(ZONE, _records(WWW, WWW), "Two records have the same name and type", "spec.records"),
    Case(ZONE, _records(WWW, _record("www", "CNAME", "a.example.net")), "A CNAME stands alone", "spec.records"),
)

MALFORMED_ZONES = (
    Case(ZONE, {"deletionPolicy": "Snapshot"}, "'Retain' or 'Delete'"),
    Case(ZONE, _records(_record("a", "A")), "at least 1 item"),
    Case(ZONE, _records(_record("a", "SPF", "x")), "'TXT'"),
    Case(ZONE, _records(_record("a", "A", "192.0.2.1", ttl=0)), "greater than or equal to 1"),
)
