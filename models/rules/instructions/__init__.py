"""Who may place an order: instructions, advice and program mandates (§ 2.9); engine, desk."""
