async () => {
  const rows = await codemode.echo([{ id: 1 }]);
  const last = rows[rows.length];
  return last.id;
};
