((native, { inspect, format }) => ({ log: (...a) => native.log("log", a.map(format).join(" ")) }))
