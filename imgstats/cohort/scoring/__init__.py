"""Historical rates for each row of a file, column by column."""
