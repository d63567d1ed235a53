async () => 1 + 1
