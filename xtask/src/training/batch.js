async () => {
  const names = ['a', 'b', 'c'];
  const files = await Promise.all(names.map((name) => codemode.read({ path: name })));
  const texts = files.map((file) => JSON.parse(file.text));
  let sum = 0;
  for (let i = 0; i < texts.length; i++) sum += texts[i].n;
  const settled = await Promise.allSettled([codemode.list(), Promise.reject(new TypeError('no'))]);
  try {
    if (sum > 0) throw new Error('over ' + sum);
  } catch (error) {
    console.error(error.message);
  }
  await codemode.write({ path: 'out', text: JSON.stringify(texts, null, 2) });
  const pairs = Object.entries(texts[0]).map(([key, value]) => key + '=' + value);
  return { pairs: pairs.join('&'), failed: settled.find((one) => one.status === 'rejected').reason.message };
}
