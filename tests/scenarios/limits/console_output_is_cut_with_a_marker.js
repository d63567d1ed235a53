// log-bytes: 60
async () => {
  for (let n = 0; n < 10; n++) console.log("line number", n);
  return "done";
};
