"""The chapters of the demo: each plays its part on the stage and raises Unmet where something is not as told."""
