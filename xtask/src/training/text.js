async () => {
  const text = (await codemode.read('log')).text;
  const found = [...text.matchAll(/(\w+)@(\w+)\.com/g)].map((match) => match[1]);
  const words = text.split(/\s+/).map((word) => word.trim().replace(/[,.]/g, ''));
  const unique = [...new Set(words)];
  const byLength = unique.reduce((groups, word) => {
    (groups[word.length] ||= []).push(word.padEnd(8, '.'));
    return groups;
  }, {});
  const day = new Date('2026-01-02T03:04:05Z');
  const longest = Math.max(...words.map((word) => word.length));
  return { found, byLength, when: day.toISOString(), longest, half: (longest / 2).toFixed(2), code: parseInt('ff', 16) };
}
