"""Parts that only draw what they are told; run in the desk."""
