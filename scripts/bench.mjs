// `npm run bench` alone is the quick start; with arguments it is attnbench itself.
if (process.argv.length === 2) process.argv.push('run', 'quick');
await import('../bin/attnbench.mjs');
