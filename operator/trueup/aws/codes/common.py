"""Error codes that mean the same in every service."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

COMMON: Final = (
    entry(
        Consequence.THROTTLED,
        "Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException "
        "RequestLimitExceeded Client.RequestLimitExceeded TooManyRequestsException BandwidthLimitExceeded "
        "PriorRequestNotComplete SlowDown EC2ThrottledException",
        "Too many calls in too short a time, by us or by others in the account.",
        "Nothing to do: it is tried again, more slowly.",
    ),
    entry(
        Consequence.UNAVAILABLE,
        "InternalFailure InternalError InternalServerError InternalServiceError InternalErrorException "
        "InternalServiceErrorException ServiceUnavailable ServiceUnavailableException Unavailable "
        "ServerInternal RequestTimeout RequestTimeoutException ServiceFailure",
        "AWS failed for reasons of its own.",
        "Nothing to do: it is tried again. If it lasts, look at the AWS Health Dashboard.",
    ),
    entry(
        Consequence.DENIED,
        "AccessDenied AccessDeniedException UnauthorizedOperation Client.UnauthorizedOperation "
        "NotAuthorized UnauthorizedException AuthorizationError",
        "The principal of the operator may not do this, or a service control policy forbids it.",
        "Allow the action that the message names in the IAM policy of the operator or of the object's role.",
    ),
    entry(
        Consequence.DENIED,
        "OptInRequired SubscriptionRequiredException PendingVerification Blocked",
        "The account is not signed up for the service, not verified yet, or blocked.",
        "Open the service once in the AWS console with this account, or ask AWS Support.",
    ),
    entry(
        Consequence.CREDENTIALS,
        "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired",
        "The credentials have expired.",
        "Renew the credentials; with a role for the service account this happens by itself.",
    ),
    entry(
        Consequence.CREDENTIALS,
        "InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId InvalidToken AuthFailure "
        "SignatureDoesNotMatch InvalidSignatureException IncompleteSignature MissingAuthenticationToken "
        "MissingAuthenticationTokenException NotSignedUp",
        "AWS does not accept the credentials, or the clock of the operator's machine is wrong.",
        "Check the credentials, the region and the clock of the machine.",
    ),
    entry(
        Consequence.INVALID,
        "ValidationError ValidationException InvalidParameter InvalidParameterValue "
        "InvalidParameterValueException InvalidParameterCombination InvalidParameterException "
        "InvalidRequest InvalidRequestException MissingParameter UnknownParameter InvalidInput "
        "SerializationException MalformedPolicyDocument MalformedPolicyDocumentException UnsupportedOperation "
        "OperationNotPermitted InvalidArgument InvalidArgumentException InvalidCharacter",
        "AWS refuses a value, or values that do not go together.",
        CORRECT,
    ),
    entry(
        Consequence.UNIMPLEMENTED,
        "InvalidAction UnknownOperationException UnknownOperation NotImplemented MotoNotImplemented "
        "UnsupportedProtocol NoSuchVersion",
        "The endpoint does not know this operation: not AWS, or an AWS region without it.",
        "Use an endpoint or a region that has the operation.",
    ),
    entry(
        Consequence.UNEXPECTED,
        "MalformedQueryString MissingAction MalformedInput InvalidQueryParameter MotoCrash DryRunOperation",
        "The request did not arrive as it was made, or the endpoint has a fault.",
        "Look for a proxy that changes requests; otherwise report it.",
    ),
    entry(
        Consequence.INVALID,
        "IdempotentParameterMismatch IdempotencyException RequestChangedException",
        "A request with the same client token but other values was made before.",
        "Nothing to do, if the spec was just changed; otherwise report it.",
    ),
    entry(
        Consequence.NOT_FOUND,
        "NotFoundException ResourceNotFoundException ResourceNotFoundFault ResourceNotFound NoSuchEntity",
        "What the call names does not exist (any more).",
        AGAIN,
    ),
    entry(
        Consequence.EXISTS,
        "DuplicateRecordException ResourceExistsException ResourceAlreadyExistsException EntityAlreadyExists "
        "AlreadyExistsException",
        "Something of that name exists already.",
        "Choose another name, or take it over with `adopt`.",
    ),
    entry(
        Consequence.QUOTA,
        "LimitExceededException LimitExceeded ServiceQuotaExceededException CreationLimitExceededException "
        "ResourceLimitExceeded QuotaExceededException",
        "A quota of the account is used up.",
        RAISE,
    ),
    entry(
        Consequence.QUOTA,
        "TooManyTagsException TagLimitExceeded TagsLimitExceeded TooManyTags",
        "The resource would carry more tags than AWS allows.",
        "Remove tags from the spec or from the resource.",
    ),
    entry(
        Consequence.CONFLICT,
        "ResourceLockedException ConflictException ConcurrentModificationException ResourceInUseException "
        "InvalidStateException OperationAbortedException",
        "Another change of the resource is under way.",
        WAIT,
    ),
    entry(
        Consequence.UNEXPECTED,
        "InvalidNextTokenException ExpiredNextTokenException InvalidNextToken InvalidPaginationToken",
        "AWS forgot where a paginated list had stopped.",
        "Nothing to do: the list is read from its start at the next look.",
    ),
    entry(
        Consequence.INVALID,
        "InvalidTagKey.Malformed InvalidTag InvalidTagsException TagPolicyException",
        "AWS refuses a tag: reserved, too long, or against the organisation's tag policy.",
        "Correct `tags` in the spec as the message says.",
    ),
)
