"""Trueup keeps AWS true to what Git says.

Custom resources compile to graphs of declared AWS resources; one engine observes, plans, acts and
reports for all of them. Imports go one way: cli, sandbox, cluster or gen, app, aws or kinds, resources,
core.
"""
