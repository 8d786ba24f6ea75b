"""Travel-time providers: crow-fly distance by default, a road network where there is one."""
