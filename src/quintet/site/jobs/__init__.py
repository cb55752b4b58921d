"""What runs in the background: tasks, the cron table, the worker, and the page that shows them."""
