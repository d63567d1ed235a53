// memory-bytes: 67108864
async () => {
  const kept = [];
  for (;;) {
    try {
      kept.push(new Uint8Array(1 << 20).fill(1));
    } catch {}
  }
};
