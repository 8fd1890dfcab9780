import { transportContract } from './suite.ts';
import { lineContract } from './suite-line.ts';
import { tcpWire } from './wires.ts';

transportContract('RTU over TCP', () => tcpWire('rtu-over-tcp'));
lineContract('RTU over TCP, a line behind it', () => tcpWire('rtu-over-tcp'));
