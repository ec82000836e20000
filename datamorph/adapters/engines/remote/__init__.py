"""Engines on AWS: one way to order, follow, stop and take over a job, and one module for each service.

They speak to boto3 themselves. dagster-aws's Pipes clients need a Dagster run around them, which a command line has
not, poll every five seconds whatever happens, and cannot find a job again whose orchestrator was lost.
"""
