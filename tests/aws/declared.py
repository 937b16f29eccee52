"""A few AWS types, declared as small as they can be: what the door to AWS is tested with."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trueup.core.resource import Attr, Deep, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import Doc, Pseudo

EC2_TAGS = Tagging("Tags", "TagSpecifications", "CreateTags", "DeleteTags", "Resources[]", resource_type="vpc")


@dataclass(frozen=True, kw_only=True)
class Vpc(Resource):
    """Listed whole, re-read one by one."""

    TYPE = "AWS::EC2::VPC"
    SERVICE = "ec2"
    LISTING = Listing("DescribeVpcs", "Vpcs", page={"MaxResults": 5}, by="VpcId", one={"VpcIds": ["{}"]})
    ID = "VpcId"
    CREATE = "CreateVpc"
    ANSWER = "Vpc"
    TAGGING: ClassVar[Tagging | None] = EC2_TAGS

    cidr: Annotated[str, Attr("CidrBlock")] = "10.0.0.0/16"


@dataclass(frozen=True, kw_only=True)
class VpcSettings(Vpc):
    """Shares the list of networks and adds two deep reads."""

    TYPE = "AWS::EC2::VPCSettings"
    DEEP = (
        Deep(
            "DescribeVpcAttribute",
            {"VpcId": "{VpcId}", "Attribute": "enableDnsSupport"},
            "EnableDnsSupport.Value",
            "DnsSupport",
            every=300,
        ),
        Deep(
            "DescribeVpcAttribute",
            {"VpcId": "{VpcId}", "Attribute": "enableDnsHostnames"},
            "EnableDnsHostnames.Value",
            "DnsHostnames",
            every=1800,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Route(Resource):
    """Exploded from route tables."""

    TYPE = "AWS::EC2::Route"
    SERVICE = "ec2"
    LISTING = Listing("DescribeRouteTables", "RouteTables", by="RouteTableId", one={"RouteTableIds": ["{}"]})
    IDENTITY = ("RouteTableId", "DestinationCidrBlock")
    ID = "Id"
    OWNED = Ownership.PARENT
    PARENT = "RouteTableId"

    @classmethod
    def members(cls, doc: Doc):
        return tuple({**route, "RouteTableId": doc["RouteTableId"]} for route in doc["Routes"])


@dataclass(frozen=True, kw_only=True)
class Cluster(Resource):
    """Has a not-found code of its own, and no way to re-read one in `ClusterWithoutOne`."""

    TYPE = "AWS::RDS::DBCluster"
    SERVICE = "rds"
    LISTING = Listing(
        "DescribeDBClusters",
        "DBClusters",
        page={"MaxRecords": 100},
        by="DBClusterIdentifier",
        one={"DBClusterIdentifier": "{}"},
    )
    IDENTITY = ("DBClusterIdentifier",)
    ID = "DBClusterIdentifier"
    OWNED = Ownership.NAME


@dataclass(frozen=True, kw_only=True)
class ClusterWithoutOne(Cluster):
    """The same list, but documents can only be read all together."""

    LISTING = Listing("DescribeDBClusters", "DBClusters", by="DBClusterIdentifier")


@dataclass(frozen=True, kw_only=True)
class Spending(Resource):
    """Lives in one region for the whole account, listed by account id; subscribers hang on its notifications."""

    TYPE = "AWS::Budgets::Budget"
    SERVICE = "budgets"
    REGION = "us-east-1"
    LISTING = Listing("DescribeBudgets", "Budgets", params={"AccountId": Pseudo.ACCOUNT}, by="BudgetName")
    DEEP = (
        Deep(
            "DescribeNotificationsForBudget",
            {"AccountId": Pseudo.ACCOUNT, "BudgetName": "{BudgetName}"},
            "Notifications",
            "Notifications",
        ),
        Deep(
            "DescribeSubscribersForNotification",
            {"AccountId": "{AccountId}", "BudgetName": "{BudgetName}", "Notification": "{Notifications[]}"},
            "Subscribers",
            "Notifications[].Subscribers",
        ),
        Deep(
            "ListTagsForResource",
            {"ResourceARN": "arn:{Partition}:budgets::{AccountId}:budget/{BudgetName}"},
            "ResourceTags",
            "ResourceTags",
        ),
    )
    IDENTITY = ("BudgetName",)
    ID = "BudgetName"
    OWNED = Ownership.NAME


@dataclass(frozen=True, kw_only=True)
class BucketPolicy(Resource):
    """A setting of a bucket, which answers by a code where there is none."""

    TYPE = "AWS::S3::BucketPolicy"
    SERVICE = "s3"
    LISTING = Listing("ListBuckets", "Buckets", by="Name")
    ID = "Name"
    DEEP = (Deep("GetBucketPolicy", {"Bucket": "{Name}"}, "Policy", into="Policy", absent=("NoSuchBucketPolicy",)),)


@dataclass(frozen=True, kw_only=True)
class BucketCors(BucketPolicy):
    """Another, whose absence is an error like any other: no code of it is declared."""

    TYPE = "AWS::S3::BucketCors"
    DEEP = (Deep("GetBucketCors", {"Bucket": "{Name}"}, "CORSRules", into="CORSRules"),)
