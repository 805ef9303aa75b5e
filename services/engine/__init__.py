"""Engine side: the order path and the gateways it leaves by; runs in the engine."""
