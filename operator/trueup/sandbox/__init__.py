"""A whole Trueup on one machine: API server, AWS emulator and operator on loopback, without Docker.

`lifecycle` brings it up and takes it down, `controlplane` finds or builds Kubernetes' own programs and runs them,
`guest` uses a cluster of the user's in their place, `emulator` plays AWS, `edge` serves its sites, `command` is
`trueup sandbox …`. Nothing outside this package knows that it exists.
"""
