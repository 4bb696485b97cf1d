"""What is measured beside the house: the same requests with as little behind them as can be."""
