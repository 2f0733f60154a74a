"""The one loop language between graphs and backends; knows no op."""
