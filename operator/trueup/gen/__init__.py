"""Files derived from the declarations: CRDs, IAM policies, RBAC, reference pages.

Each generator is a function from declarations to text; `trueup gen` writes the texts and `trueup gen
--check` fails when a committed file differs. Nothing here is read at run time by the operator.
"""
