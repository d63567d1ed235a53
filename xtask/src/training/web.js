async () => {
  const url = new URL('https://example.com/a?b=c');
  url.searchParams.set('d', crypto.randomUUID());
  const bytes = new TextEncoder().encode(url.href);
  const copy = structuredClone({ text: new TextDecoder().decode(bytes), when: new Date(0) });
  const page = await codemode.read({ url: copy.text, body: btoa('x') });
  console.warn(Object.keys(page), bytes.length);
  return copy.text.startsWith('https') && page;
}
