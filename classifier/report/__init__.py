"""Pages and figures to look at; tags, fields and figures are handed in."""
