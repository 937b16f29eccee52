"""What AWS's resources are: one module per service, one frozen dataclass per resource type.

A declaration says where each field lives, how it compares, whether it may change, how the thing is owned
and what it costs. No IO: calls are described here and made in `trueup.aws`. Services do not know each
other.
"""
