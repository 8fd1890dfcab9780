import { transportContract } from './suite.ts';
import { tcpWire } from './wires.ts';

transportContract('Modbus TCP', () => tcpWire('tcp'));
