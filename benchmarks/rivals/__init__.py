"""What guoban is measured beside: programs of their own that import nothing but what they use."""
