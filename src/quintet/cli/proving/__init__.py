"""The proving ground: a simulated company whose decisions are taken by the product, or by gut."""
