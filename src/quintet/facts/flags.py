"""Yes and no in expressions: what an unknown flag is read as is said where it is read."""

import ibis

NO = ibis.literal(value=False)
YES = ibis.literal(value=True)
