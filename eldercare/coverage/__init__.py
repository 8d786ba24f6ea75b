"""How far the district is: indicators against dated targets, with the names behind them."""
