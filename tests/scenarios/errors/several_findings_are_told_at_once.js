Here is the program:

```ts
const rows: string[] = await codemode.ecko("a");
const more = await github.list({});
codemode.echo("dropped");
return rowz.concat(more);
```
