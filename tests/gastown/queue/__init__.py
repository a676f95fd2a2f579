"""The merge queue."""  # noqa: A005 - named as what it tests
