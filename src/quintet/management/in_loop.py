"""The formulas of the management room that are in the loop."""

from quintet.management import in_loop_forecast, in_loop_rates

FORMULAS = (*in_loop_rates.FORMULAS, *in_loop_forecast.FORMULAS)
