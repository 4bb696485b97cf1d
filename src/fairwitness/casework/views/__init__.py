"""The pages of casework: inbox, reports, incidents, complaints, the ledger."""
