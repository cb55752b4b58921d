"""Mail: who gets which letter, the outbox that hands each over once, and the page that shows it."""
