"""AWS on loopback for development and tests: moto's server, whose Glue, EMR and ECS really execute jobs, and
whose crawlers crawl.

Needs the extra ``aws-local``. Scripts come from its S3 and run in processes of this machine, output goes to its
CloudWatch Logs, and a job's state follows its process. What it does not do is listed in docs/aws.md.
"""
