"""Work pools, limits and deployments: what prefect.yaml cannot say."""
