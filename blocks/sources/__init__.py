"""Sources over HTTP: each kind of public place that Bug Scout and Oracle read."""
