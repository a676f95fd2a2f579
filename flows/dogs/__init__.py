"""Dogs: scheduled flows that clear up after processes that died. No model is asked."""
