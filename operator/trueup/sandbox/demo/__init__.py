"""The demo: the whole story of Trueup, played on a sandbox of its own, every step verified in Kubernetes and in AWS.

`story` has the order, `chapters` one module each, `stage` what they share, `facts` what they compare.
"""
