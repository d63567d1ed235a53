// Lets @cloudflare/codemode load in Node: `cloudflare:workers`, which it imports, is
// answered with base classes that keep their arguments and do nothing else.

import * as nodeModule from 'node:module';

import { resolve } from './hooks.js';

// Node 22.15 and later hook in this thread; earlier ones only in their own.
const { registerHooks } = nodeModule as { registerHooks?: (hooks: { resolve: typeof resolve }) => unknown };
if (registerHooks === undefined) nodeModule.register('./hooks.js', import.meta.url);
else registerHooks({ resolve });
