"""The only door to Kubernetes: kopf's host, the queue, the status writer, the lease, events, metrics.

It says which object to look at and writes down what the pass found; it decides nothing about AWS. Any
event may be lost without harm, as every object is looked at again by the clock.
"""
