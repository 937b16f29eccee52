"""The custom resources: one folder per kind, found by walking this one.

A kind is its words (the spec), its parts (a pure function from spec to graph), its outputs and its
columns; all else is the engine's. Kinds do not know each other; what several share is in `kinds.common`.
"""
