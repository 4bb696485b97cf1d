"""The desk of questionnaires: upload, findings, preview, publishing, comparing."""
