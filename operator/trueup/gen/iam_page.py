"""The page about the operator's IAM policies: what each kind may do, to what, and how to use the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trueup.aws.limits import READS
from trueup.gen.files import MARK
from trueup.gen.grants import FREE, LIMITS, Condition, Grant

_INTRODUCTION: Final = f"""<!-- {MARK} from declarations. Do not edit. -->

# IAM policies

What Trueup may do in an account, made from the same declarations that make its calls. The files are in
[manifests/iam](../manifests/iam); tests hold them complete and minimal.

| File | What it is |
|---|---|
| `policy.json` | All kinds in one, to read and to compare with: more than IAM takes as one policy |
| `policy-<kind>.json` | One kind, small enough for a managed policy; attach those that you use |
| `policy-read-only.json` | Enough for `trueup plan --live` and for objects in Report mode |
| `adopt.json` | Beside the others while a Database takes over a cluster that exists |
| `commands.json` | Template for people and pipelines: `deploy`, `restart`, `pause`, `resume`, `logs` and `site sync` |
| `trust-policy.json` | Template: on EKS the operator's service account may have the role |
| `assume-roles.json` | Template: the operator may assume the roles that `roleArn` names |

```sh
aws iam create-role --role-name trueup --assume-role-policy-document file://manifests/iam/trust-policy.json
for kind in KINDS; do
  arn=$(aws iam create-policy --policy-name trueup-$kind --policy-document file://manifests/iam/policy-$kind.json \\
    --query Policy.Arn --output text)
  aws iam attach-role-policy --role-name trueup --policy-arn "$arn"
done
```

On EKS annotate the operator's service account with `eks.amazonaws.com/role-arn`: the role's ARN.

- **Scope.** Writes are limited to owner tags of the scope `trueup`, the operator's default. For another one:
  `python -m trueup.gen.iam --scope prod --to iam`. In China and GovCloud write `arn:aws-cn:` or `arn:aws-us-gov:`.
- **Templates.** Replace the account 111122223333, the identity provider, and the names of the roles.
- **`roleArn`.** Give each role that objects name these policies, and a trust policy that lets the operator's own role
  assume it; give the operator's own role `assume-roles.json`. `sts:GetCallerIdentity` needs no permission.
- **Commands** (`commands.json`). `trueup deploy`, `restart`, `pause`, `resume`, `logs` and `site sync` go to AWS with
  the credentials of whoever runs them, or under the role that the object names (all but `site sync`; with
  `--own-credentials` none does). Write the site's bucket for EXAMPLE-SITE-BUCKET. `trueup wait` needs no
  right in AWS. In the cluster all of them need `list` on their kind, and `get` on a namespace that names a role.
- **Taking over a cluster** (`adopt`). What carries no owner tag cannot be written to: attach `adopt.json` as well while
  the object takes over, and again when it adds members to a cluster whose subnet group is not Trueup's.
- **Not limited by the tag.** Reads; budgets, which have no tags yet when they are made (other scopes' are out of
  reach); and what stands below with another limit: rules may be taken away from security groups that carry no owner
  tag, because the default group of a new VPC carries none. To narrow that, add a condition on `ec2:Vpc`.
- **Zones and records** (DnsZone). Route 53's permissions look at no tags: any zone of the account may be written to,
  and it is the operator that writes to none but its own. To narrow that, name the zones' ARNs, or add a condition on
  `route53:ChangeResourceRecordSetsNormalizedRecordNames`.
- **Buckets.** IAM sees the tags of a bucket only where access by tags is switched on for it, so that names are its
  limit: to narrow it, write `arn:aws:s3:::prefix-*`.
- **Secrets** (AppSecret). No value is read but the passwords that AWS keeps for databases, `rds!cluster-*`, for
  connection strings; leave `secretsmanager:GetSecretValue` out where nobody declares one. A key that an AppSecret names
  must let the operator use it: `kms:GenerateDataKey` and `kms:Decrypt`, through Secrets Manager.
- **Sites** (StaticSite). Distributions, functions and certificates are limited by their owner tag. Access controls take
  no tags and are told by their names. To empty the bucket of a site that is deleted, its policy lets objects go:
  narrow `arn:aws:s3:::*/*` to the names of such buckets, or leave the two actions out and empty them yourself.
  `trueup site sync` needs, on that bucket, `s3:ListBucket`, `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject`, and
  `cloudfront:CreateInvalidation` on the distribution; nothing of the operator's.
- **Keys.** Storage and passwords are encrypted with AWS's own keys, which need no more than this. A key that a Bucket
  names must let those use it who read and write objects; Trueup does neither.
"""


def page(by_kind: Mapping[str, Iterable[Grant]]) -> str:
    """The page, with a table of each kind's writes and a list of its reads."""
    lines = [_INTRODUCTION.replace("KINDS", " ".join(name.lower() for name in by_kind))]
    for name, found in by_kind.items():
        lines += _section(name, sorted(found, key=lambda grant: (grant.action, str(grant.when), grant.resources)))
    return "\n".join(lines)


def _section(name: str, found: list[Grant]) -> list[str]:
    reads = [grant for grant in found if grant.action.split(":")[1].startswith((*READS, "View"))]
    everywhere = [grant.action for grant in reads if grant.resources == ("*",) and grant.when == FREE]
    limited: dict[str, dict[str, dict[str, None]]] = {}
    for grant in found:
        if grant not in reads or grant.resources != ("*",) or grant.when != FREE:
            resources = limited.setdefault(grant.action, {}).setdefault(_words(grant.when), {})
            resources.update(dict.fromkeys(_short(resource) for resource in grant.resources))
    rows = [f"| `{action}` | {_limits(by)} |" for action, by in limited.items()]
    return [
        f"## {name}",
        "",
        "Reads everywhere: " + ", ".join(f"`{action}`" for action in everywhere) + ".",
        "",
        "| Action | On |",
        "|---|---|",
        *rows,
        "",
    ]


def _limits(by: Mapping[str, Iterable[str]]) -> str:
    said = (f"{', '.join(f'`{resource}`' for resource in resources)} {words}" for words, resources in by.items())
    return "; ".join(part.strip() for part in said)


def _short(resource: str) -> str:
    """The part of an ARN that tells something."""
    return resource.split(":", maxsplit=5)[-1]


def _words(when: Condition) -> str:
    if when in LIMITS:
        return LIMITS[when]
    (_, key, values), *rest = when
    if key == "ec2:CreateAction":
        return f"while it is {LIMITS[tuple(rest)]}"
    return f"for {', '.join(values)}"
