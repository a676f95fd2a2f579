"""Made-up secrets, put together at run time so that no scanner finds any in this repository."""

AWS = "AKIA" + "Z7QK3" + "M2XW5" + "RT4VB6"
GITHUB = "ghp_" + "aB3dE5fG7h" * 3 + "J9kLmN"
AWS_SECRET = "wJalrXUtnF" + "EMIK7MDENG" + "bPxRfiCYzE" + "XAMPqKEYab"
PASSWORD = "correct" + "horse" + "battery9"
KEY_BODY = ("MIIEowIBAAKCAQEAx" + "9" * 20, "Qm9ndXNLZXlCb2R5" + "7" * 20)
KEY = "\n".join(
    ("-----BEGIN RSA " + "PRIVATE KEY-----", *KEY_BODY, "-----END RSA " + "PRIVATE KEY-----")
)
