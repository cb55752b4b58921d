"""The management formula: every rep's funnel, who is weak where, and what a weak rate is made of."""
