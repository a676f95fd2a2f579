"""Go-template text: the part of Go's text/template that formulas use, rendered over plain data."""
