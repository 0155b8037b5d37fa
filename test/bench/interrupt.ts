/** Imported for its effect: a benchmark that is interrupted exits, so that what goes with its process goes. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
