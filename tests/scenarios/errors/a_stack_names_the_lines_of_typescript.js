```typescript
interface Row { id: number; owner?: { name: string } }

function nameOf(row: Row): string {
  return row.owner!.name;
}

const rows = (await codemode.echo([{ id: 1 }])) as Row[];
const names: string[] = rows.map((row) => nameOf(row));
names
```
