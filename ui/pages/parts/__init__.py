"""What several screens share: order rows, security words, coming and going; runs in the desk."""
