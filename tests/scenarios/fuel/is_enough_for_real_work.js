// fuel: 200000000
async () => {
  const orders = Array.from({ length: 2000 }, (_, id) => ({ id, city: ["Lisbon", "Porto", "Faro"][id % 3], total: (id * 37) % 101 }));
  const totals = {};
  for (const { city, total } of orders) totals[city] = (totals[city] ?? 0) + total;
  return Object.entries(totals).sort(([, a], [, b]) => b - a);
};
