"""Which way of care fits an elder, and which care centre and meal site are the elder's."""
