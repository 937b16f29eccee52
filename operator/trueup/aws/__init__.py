"""The only door to AWS: sessions, bulk observation, execution of planned calls, rate limits, error catalogue.

Nothing is decided here: what to read comes from the declarations, what to write from a plan. Only this
package (and the sandbox, which plays AWS) imports boto3 and botocore.
"""
