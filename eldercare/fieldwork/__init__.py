"""From the phone to the record: check-ins, check-outs, meal handovers and alerts."""
