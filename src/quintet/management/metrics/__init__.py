"""Facts in, small tables out: what happened per rep, as Ibis expressions and as the funnel's input."""
