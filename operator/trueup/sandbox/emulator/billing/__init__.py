"""Charter: AWS Budgets and Cost Explorer's anomaly detection, of our own."""
