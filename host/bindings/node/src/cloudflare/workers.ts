// What `cloudflare:workers` is to @cloudflare/codemode: classes to extend.

/** Objects that other sides call; here both sides are one. */
export class RpcTarget {}

/** Base of connectors. */
export class WorkerEntrypoint {
  constructor(
    protected readonly ctx: unknown,
    protected readonly env: unknown,
  ) {}
}

/** Base of the durable runtime. */
export class DurableObject {
  constructor(
    protected readonly ctx: unknown,
    protected readonly env: unknown,
  ) {}
}
