import { PacedLine } from '../../support/paced-line.ts';

/** A serial line at 9 600 baud, in a process of its own. Arguments: number of units, and of those that never answer. */
const [units = '1', dead = '0'] = process.argv.slice(2);

const line = await PacedLine.listen({
  format: { baudRate: 9600, parity: 'none', stopBits: 1 },
  units: Array.from({ length: Number(units) - Number(dead) }, (_, i) => 1 + Number(dead) + i),
});

process.send?.({ port: line.port });
process.on('message', () => process.send?.(line.use));
process.on('disconnect', () => process.exit(0));
