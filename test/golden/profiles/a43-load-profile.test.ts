/**
 * The load profile of the ABB A43 as the A43/A44 User Manual, 2CMC484001M0201 revision C, 2018-09-26, has it:
 * page 103 (function 16: 8A00 is set to November 11, 2010, 12:13:14 by 0A 0B 0B 0C 0D 0E), page 121 (the OBIS code
 * 1.0.1.8.0.255 byte by byte; data types 21 unsigned and 20 signed; 0.01 kWh has the scaler 1), pages 140 to 142 (where
 * header, channel information and entries lie, what the status bits mean, and that all registers of an entry that is none
 * are FFFF), page 72 (the interval from 2010.01.01 00:00.00 to 00:15.00 is stored as 00:15.00), page 168 (the value
 * 00000000000D1290 is 8567.20 kWh). Every byte here is from those pages; the layout is put together from them.
 */
import { expect, test } from 'vitest';
import {
  dateTimeRegisters,
  readChannel,
  readDateTime,
  readEntries,
} from '../../../edge/modbus/load-profile-entries.ts';
import { loadModels, modelNamed } from '../../../edge/profiles/load.ts';

const profile = modelNamed(loadModels(), 'abb/a43').loadProfile;
if (!profile) throw new Error('the model has a load profile');

const hex = (text: string) => Buffer.from(text.replace(/[^0-9a-f]/gi, ''), 'hex');

/** Quantity, scaler 1, interval 15 minutes, data type 21. */
const INFORMATION = hex('0100 0108 00ff | 0001 | 0000 000f | 0015');
const STAMP = '0a01 0100 0f00';
const VALUE = '0000 0000 000d 1290';
const NONE = 'ffff '.repeat(8);

test('date and time, both ways', () => {
  const bytes = hex('0a0b 0b0c 0d0e');
  expect(readDateTime(bytes, 0, 0)).toBe(Date.UTC(2010, 10, 11, 12, 13, 14));
  expect(dateTimeRegisters(Date.UTC(2010, 10, 11, 12, 13, 14), 0)).toEqual([0x0a0b, 0x0b0c, 0x0d0e]);
  expect(readDateTime(bytes, 0, 8 * 3_600_000)).toBe(Date.UTC(2010, 10, 11, 4, 13, 14));
  expect(dateTimeRegisters(Date.UTC(2010, 10, 11, 4, 13, 14), 8 * 3_600_000)).toEqual([0x0a0b, 0x0b0c, 0x0d0e]);
  expect(readDateTime(hex('ffff ffff ffff'), 0, 0)).toBeUndefined();
});

test('a channel by its OBIS code, scaler and interval', () => {
  const channel = readChannel(profile, INFORMATION, 1);
  expect(channel).toMatchObject({ intervalMs: 900_000, isSigned: false });
  expect(channel?.quantity.metric).toBe('energy_import');
});

test('where things lie', () => {
  expect(profile.select).toEqual({ next: 0x8700, channel: 0x8703, time: 0x8704, direction: 0x8707, forward: 1 });
  expect(profile.information).toMatchObject({ address: 0x8710, count: 7 });
  expect(profile.entries).toMatchObject({ address: 0x8720, entries: 15, registers: 8 });
  expect(profile.clock).toBe(0x8a00);
  // Entry 15: timestamp 8790 is what follows from 8 registers an entry; the manual prints 8789, 8792 and 8793 there.
  expect(profile.entries.address + 14 * profile.entries.registers).toBe(0x8790);
});

test('entries: good, restarted, doubtful, not available, none', () => {
  const channel = readChannel(profile, INFORMATION, 1);
  if (!channel) throw new Error('the channel is there');
  const statuses = ['0001', '0003', '0021', '0000'];
  const block = hex(statuses.map((status) => `${STAMP} ${status} ${VALUE}`).join(' ') + NONE.repeat(11));
  const { entries, isLast } = readEntries(profile, channel, block, 0);
  const timeMs = Date.UTC(2010, 0, 1, 0, 15);
  expect(entries).toEqual([
    { timeMs, value: 8567.2 },
    { timeMs, value: 8567.2 },
    { timeMs, value: undefined },
    { timeMs, value: undefined },
  ]);
  expect(isLast).toBe(true);
});
