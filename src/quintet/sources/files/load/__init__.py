"""From mapped files to the ledger: try, load, keep what was rejected, account for every line."""
