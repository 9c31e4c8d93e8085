/**
 * Lists the adapters that Dawn finds in this process's environment, as one line of JSON after a mark. A process of its own, since
 * drivers may crash. Plain JavaScript, because it starts once per driver and a TypeScript loader would triple that time.
 */
import { writeSync } from 'node:fs';
import { create } from 'webgpu';

const nobody = 'no adapter has this name';

/** Asking for an adapter that does not exist is how Dawn is made to name those that do. */
async function adapterNames() {
  try {
    await create([`adapter=${nobody}`]).requestAdapter({ powerPreference: 'high-performance' });
    return [];
  } catch (error) {
    return [...String(error).matchAll(/^ \* backend: '(.*?)', name: '(.*)'$/gm)].map(([, backend, name]) => ({
      backend,
      name,
    }));
  }
}

const devices = [];
for (const { backend, name } of await adapterNames()) {
  const adapter = await create([`adapter=${name}`]).requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) continue;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  devices.push({ backend, name, vendor, architecture, device, description, isFallbackAdapter });
}
writeSync(1, `\nattnbench-probe ${JSON.stringify(devices)}\n`);
// Without waiting for drivers to shut down: some crash there.
process.exit(0);
