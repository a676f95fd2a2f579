"""The answers of an issue form are told apart; anything else is no form."""

from gastown.feedback.forms import form_fields

FORM = """### Description

It stops.

### Steps

_No response_

### Platform

Linux

### Logs

```shell
line one
line two
```
"""


def test_each_answer_stands_under_its_heading_without_what_a_form_puts_around_it():
    assert form_fields(FORM) == {
        "description": "It stops.",
        "platform": "Linux",
        "logs": "line one\nline two",
    }


def test_a_text_that_does_not_begin_with_a_heading_is_no_form():
    assert form_fields("Hello\n### Description\nx") == {}
    assert form_fields("") == {}
