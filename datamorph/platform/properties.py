"""The words under which a publication records what made it."""

RUN_ID = "run_id"
PIPELINE = "pipeline"
SPEC_HASH = "spec_hash"
INPUTS = "inputs"
CHECKS = "checks"
APPROVED_CODE = "approved_code"
RERUN_OF = "rerun_of"
