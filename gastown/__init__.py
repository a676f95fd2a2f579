"""Gas Town: the domain. Plain Python that knows neither Prefect nor the network."""
