async () => {
  class Counter {
    #n = 0;
    add(k) {
      this.#n += k;
      return this;
    }
    get value() {
      return this.#n;
    }
  }
  const counter = new Counter();
  function* upTo(n) {
    for (let i = 0; i < n; i++) yield i;
  }
  async function* pages() {
    yield* await codemode.list({ page: 1 });
  }
  for (const i of upTo(5)) counter.add(i);
  for await (const page of pages()) counter.add(page.n);
  await new Promise((resolve) => setTimeout(resolve, 1));
  return { value: counter.value, big: String(10n ** 20n), bits: [1, 2].concat([...'ab'].flat()) };
}
