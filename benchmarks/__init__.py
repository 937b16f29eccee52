"""The figures that the project promises, measured on the real thing: API server, emulator and operator as processes.

`python -m benchmarks` prints each figure with its goal, what was measured and the verdict. Nothing here is a test:
times depend on the machine, and a figure that is missed is printed, not hidden.
"""
