"""Files in and out: ledgers from spreadsheets are read, judged and sent back with reasons."""
