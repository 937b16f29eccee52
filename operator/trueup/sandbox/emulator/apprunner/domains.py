"""Charter: custom domains: validation records, and a status that follows what the emulated Route 53 holds.

Sources: https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domains.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domain-troubleshoot.html (CAA),
https://docs.aws.amazon.com/apprunner/latest/api/API_CustomDomain.html
"""

from __future__ import annotations

import hashlib

from trueup.sandbox.emulator.apprunner.services import allowed
from trueup.sandbox.emulator.apprunner.store import Domain, Region, Service, invalid, not_found, page
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

MOST = 5
"""Domains that a service may have."""

PENDING = "PENDING_CERTIFICATE_DNS_VALIDATION"


def associate(region: Region, call: Call) -> Document:
    """AssociateCustomDomain: CREATING, then it waits for the validation records, which a later description shows."""
    service = _service(region, call)
    name, www = str(call.params["DomainName"]).lower(), bool(call.get("EnableWWWSubdomain", True))
    allowed(service, "RUNNING")
    _check_name(name, www=www)
    if any(name in one.domains for one in region.living()):
        raise invalid(f"The domain {name} is already associated with a service.")
    if len(service.domains) >= MOST:
        raise invalid(f"You can associate up to {MOST} custom domains with a service.")
    made = Domain(name, www, "CREATING")
    service.domains[name] = made

    def ask_for_proof() -> None:
        if service.domains.get(name) is made and made.status == "CREATING":
            made.records = [_record(service, host) for host in _proven(service, made)]
            made.status = PENDING
            _follow(region, service, made)

    region.world.later("apprunner.domain.create", ask_for_proof)
    return _answer(service) | {"CustomDomain": made.view()}


def _service(region: Region, call: Call) -> Service:
    try:
        return region.service(call.params["ServiceArn"])
    except AwsError as error:  # AssociateCustomDomain's model knows no ResourceNotFoundException
        raise invalid(error.message) from error


def _check_name(name: str, *, www: bool) -> None:
    labels = name.split(".")
    if len(labels) < 2 or not all(labels) or any(len(label) > 63 for label in labels):
        raise invalid(f"The domain name {name} is not valid.")
    if "*" in name.removeprefix("*."):
        raise invalid(f"The domain name {name} is not valid: a wildcard is the whole first label, and once only.")
    if name.startswith("*.") and www:
        raise invalid("EnableWWWSubdomain can't be used with a wildcard domain.")


def _proven(service: Service, domain: Domain) -> list[str]:
    """The names for which a certificate asks: the domain, its www, and one that App Runner adds by itself."""
    base = domain.name.removeprefix("*.")
    own = _digest(service, base)[:26]
    return [base, *([f"www.{base}"] if domain.www else []), f"{own}.{base}"]


def _digest(service: Service, text: str) -> str:
    return hashlib.sha256(f"{service.arn}/{text}".encode()).hexdigest()


def _record(service: Service, host: str) -> Document:
    left, right = _digest(service, host)[:32], _digest(service, f"{host}.")
    value = f"_{right[:32]}.{right[32:42]}.acm-validations.aws."
    return {"Name": f"_{left}.{host}.", "Type": "CNAME", "Value": value, "Status": "PENDING_VALIDATION"}


def follow(region: Region) -> None:
    """Every domain that waits for its records is looked at again."""
    for service in region.living():
        for domain in service.domains.values():
            if domain.status == PENDING:
                _follow(region, service, domain)


def _follow(region: Region, service: Service, domain: Domain) -> None:
    if region.world.zones.forbids(region.account, domain.name, "amazon"):
        domain.status = "CREATE_FAILED"
        domain.records = [{**one, "Status": "FAILED"} for one in domain.records]
        return
    for record in domain.records:
        there = region.world.zones.records(region.account, record["Name"], "CNAME")
        if str(record["Value"]).rstrip(".") in there:
            record["Status"] = "SUCCESS"
    if all(one["Status"] == "SUCCESS" for one in domain.records):
        domain.status = "BINDING_CERTIFICATE"

        def bound() -> None:
            if service.domains.get(domain.name) is domain and domain.status == "BINDING_CERTIFICATE":
                domain.status = "ACTIVE"

        region.world.later("apprunner.domain.bind", bound)


def disassociate(region: Region, call: Call) -> Document:
    """DisassociateCustomDomain: DELETING, then gone."""
    service = region.service(call.params["ServiceArn"])
    name = str(call.params["DomainName"]).lower()
    found = service.domains.get(name)
    if found is None:
        raise not_found(f"Custom domain {name} of the service", service.arn)
    allowed(service, "RUNNING")
    found.status = "DELETING"

    def gone() -> None:
        if service.domains.get(name) is found:
            del service.domains[name]

    region.world.later("apprunner.domain.delete", gone)
    return _answer(service) | {"CustomDomain": found.view()}


def describe(region: Region, call: Call) -> Document:
    """DescribeCustomDomains."""
    service = region.service(call.params["ServiceArn"])
    shown = [one.view() for one in service.domains.values()]
    return _answer(service) | page(call, "CustomDomains", shown)


def _answer(service: Service) -> Document:
    return {"DNSTarget": service.url, "ServiceArn": service.arn, "VpcDNSTargets": []}
