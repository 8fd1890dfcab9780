import { findSocat } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { transportContract } from './suite.ts';
import { lineContract } from './suite-line.ts';
import { serialWire } from './wires.ts';

describeWithPart('socat', findSocat(), ({ path }) => {
  transportContract('RTU on a serial line', () => serialWire(path));
  lineContract('RTU on a serial line, its faults', () => serialWire(path));
});
