async () => {
  const { items } = await codemode.search({ query: 'open', limit: 50 });
  const seen = new Map();
  for (const item of items) {
    seen.set(item.id, (seen.get(item.id) ?? 0) + 1);
  }
  const chosen = items
    .filter((item) => item.size > 10 && item.name.includes('a'))
    .map(({ id, name, ...rest }) => ({ id, name: name.toUpperCase(), rest }));
  chosen.sort((a, b) => b.id - a.id);
  console.log(`found ${chosen.length}`, chosen[0]);
  return { total: seen.size, some: items.some((item) => item.tags.length), chosen: chosen.slice(0, 3) };
}
