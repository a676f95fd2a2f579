"""`town demo`: a convoy lands on this machine, with everything real but the model's cleverness."""
