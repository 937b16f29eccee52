"""Error codes of EC2, which models none: taken from its public list of error codes."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

_EC2 = ("ec2",)
NETWORK: Final = (
    entry(
        Consequence.DEPENDENCY,
        "DependencyViolation ResourceInUse InvalidGroup.InUse CannotDelete InvalidIPAddress.InUse "
        "InvalidNetworkInterface.InUse ResourceInUseException NetworkInterfaceInUse",
        "Another resource still uses it, often a network interface of something that is going.",
        "Nothing to do: it is tried again. If it lasts, remove what uses it; the message or the network interfaces "
        "of the network say what.",
        _EC2,
    ),
    entry(
        Consequence.CONFLICT,
        "IncorrectState InvalidState IncorrectInstanceState ConcurrentCreateOptionsLimitExceeded "
        "ConcurrentTagAccess OperationInProgress VpcEndpointIncorrectState InvalidNatGatewayState",
        "The resource is in a state that does not allow this: AWS is changing it.",
        WAIT,
        _EC2,
    ),
    entry(
        Consequence.NOT_FOUND,
        "InvalidVpcID.NotFound InvalidSubnetID.NotFound InvalidInternetGatewayID.NotFound "
        "InvalidGroup.NotFound InvalidGroupId.NotFound InvalidSecurityGroupID.NotFound "
        "InvalidSecurityGroupRuleId.NotFound InvalidPermission.NotFound InvalidRouteTableID.NotFound "
        "InvalidRouteTableId.NotFound InvalidRoute.NotFound InvalidAllocationID.NotFound "
        "InvalidAddress.NotFound InvalidAddressID.NotFound InvalidAssociationID.NotFound "
        "InvalidNatGatewayID.NotFound NatGatewayNotFound NatGatewayMalformed.NotFound "
        "InvalidVpcEndpointId.NotFound InvalidVpcEndpoint.NotFound InvalidFlowLogId.NotFound "
        "InvalidNetworkInterfaceID.NotFound InvalidNetworkAclID.NotFound InvalidDhcpOptionID.NotFound "
        "InvalidPrefixListID.NotFound InvalidPrefixListId.NotFound InvalidID Gateway.NotAttached "
        "InvalidSubnetId.NotFound InvalidSecurityGroupRuleID.NotFound",
        "What the call names does not exist (any more), or EC2 does not show it everywhere yet.",
        AGAIN,
        _EC2,
    ),
    entry(
        Consequence.EXISTS,
        "InvalidGroup.Duplicate InvalidPermission.Duplicate RouteAlreadyExists Resource.AlreadyAssociated "
        "FlowLogAlreadyExists InvalidSubnet.Conflict Resource.AlreadyAttached InvalidVpcEndpoint.Duplicate",
        "It exists already, or its addresses overlap those of another one.",
        "Choose another name or CIDR, or take over what exists with `adopt`.",
        _EC2,
    ),
    entry(
        Consequence.QUOTA,
        "VpcLimitExceeded SubnetLimitExceeded InternetGatewayLimitExceeded NatGatewayLimitExceeded "
        "AddressLimitExceeded RouteTableLimitExceeded RouteLimitExceeded SecurityGroupLimitExceeded "
        "SecurityGroupsPerInstanceLimitExceeded RulesPerSecurityGroupLimitExceeded VpcEndpointLimitExceeded "
        "FlowLogsLimitExceeded NetworkInterfaceLimitExceeded PrivateIpAddressLimitExceeded "
        "ResourceCountExceeded MaxIOPSLimitExceeded VpcCidrConflict.LimitExceeded CidrLimitExceeded",
        "A quota of the account or of the network is used up.",
        RAISE,
        _EC2,
    ),
    entry(
        Consequence.QUOTA,
        "InsufficientFreeAddressesInSubnet InsufficientCidrBlocks InsufficientAddressCapacity "
        "InsufficientInstanceCapacity",
        "The subnet has no free address, or AWS has none of the kind left.",
        "Use larger subnets, other zones, or wait.",
        _EC2,
    ),
    entry(
        Consequence.INVALID,
        "InvalidVpc.Range InvalidSubnet.Range InvalidCidr.InUse InvalidCidrBlock.Malformed VpcCidrConflict "
        "InvalidServiceName InvalidGroupId.Malformed InvalidGroup.Reserved InvalidPermission.Malformed "
        "InvalidVpcID.Malformed InvalidSubnetID.Malformed InvalidRouteTableId.Malformed "
        "InvalidInternetGatewayId.Malformed NatGatewayMalformed InvalidVpcEndpointId.Malformed "
        "InvalidAllocationID.Malformed InvalidZone.NotFound InvalidAvailabilityZone VPCResourceNotSpecified "
        "InvalidVpcRange VPCIdNotSpecified InvalidServiceName.NotFound UnknownPrincipalType.Unsupported "
        "Unsupported UnsupportedTenancy InvalidParameterDependency DefaultVpcAlreadyExists "
        "DefaultSubnetAlreadyExistsInAvailabilityZone OperationNotPermittedException",
        "AWS refuses the CIDR, the zone, the rule or an id as it is written.",
        CORRECT,
        _EC2,
    ),
)
