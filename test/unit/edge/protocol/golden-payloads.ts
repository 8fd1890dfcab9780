import type { PayloadFields } from '../../../../edge/protocol/payload.ts';

/**
 * Payloads and their bytes. The bytes come from protoc (libprotoc 35.1, `--encode=…Payload` on the text form of the
 * message) with the schema that the Sparkplug specification 3.0.0 prints in section 6.4.1, extensions included; no code of
 * gridwarden had a part in them.
 */
export const GOLDEN: readonly { readonly name: string; readonly hex: string; readonly fields: PayloadFields }[] = [
  {
    name: 'ndeath',
    hex: '08eaf2f5a8a02b12130a05626453657118eaf2f5a8a02b200458ff01',
    fields: {
      timestamp: 1486144502122,
      metrics: [{ name: 'bdSeq', timestamp: 1486144502122, datatype: 4, longValue: 255 }],
    },
  },
  {
    name: 'nbirth',
    hex: '08eaf2f5a8a02b12140a056264536571100118eaf2f5a8a02b2004580012210a144e6f646520436f6e74726f6c2f5265626972746818eaf2f5a8a02b200b700012250a1150726f706572746965732fe78988e69cac100218eaf2f5a8a02b200c7a05302e312e301800',
    fields: {
      timestamp: 1486144502122,
      metrics: [
        { name: 'bdSeq', alias: 1, timestamp: 1486144502122, datatype: 4, longValue: 0 },
        { name: 'Node Control/Rebirth', timestamp: 1486144502122, datatype: 11, booleanValue: false },
        { name: 'Properties/版本', alias: 2, timestamp: 1486144502122, datatype: 12, stringValue: '0.1.0' },
      ],
      seq: 0,
    },
  },
  {
    name: 'ddata',
    hex: '08eaf2f5a8a02b121010b10918f0f1f5a8a02b588180808010121310b80918f0f1f5a8a02b693333333333c36c40123110b90918f0f1f5a8a02b38014a230a075175616c6974790a06526561736f6e120408031800120a080c420673696c656e74121010ba0918f0f1f5a8a02b50ffffffff0f18ff01',
    fields: {
      timestamp: 1486144502122,
      metrics: [
        { alias: 1201, timestamp: 1486144502000, longValue: 4294967297 },
        { alias: 1208, timestamp: 1486144502000, doubleValue: 230.1 },
        {
          alias: 1209,
          timestamp: 1486144502000,
          isNull: true,
          properties: {
            keys: ['Quality', 'Reason'],
            values: [
              { type: 3, intValue: 0 },
              { type: 12, stringValue: 'silent' },
            ],
          },
        },
        { alias: 1210, timestamp: 1486144502000, intValue: 4294967295 },
      ],
      seq: 255,
    },
  },
  {
    name: 'history',
    hex: '08eaf2f5a8a02b121310b0091880d5efa8a02b28017a0565706f6368120e10b1091880d5efa8a02b28015801121510b8091880d5efa8a02b280169000000000000e0bf188001',
    fields: {
      timestamp: 1486144502122,
      metrics: [
        { alias: 1200, timestamp: 1486144400000, isHistorical: true, stringValue: 'epoch' },
        { alias: 1201, timestamp: 1486144400000, isHistorical: true, longValue: 1 },
        { alias: 1208, timestamp: 1486144400000, isHistorical: true, doubleValue: -0.5 },
      ],
      seq: 128,
    },
  },
  { name: 'ddeath', hex: '08eaf2f5a8a02b1807', fields: { timestamp: 1486144502122, seq: 7 } },
];

/** Made the same way: metrics of kinds that the edge never sends but others may (float, bytes, data set, template, file). */
export const GOLDEN_KINDS =
  '08eaf2f5a8a02b120a0a0166200965cdcccc3d12120a03626967200858ffffffffffffffffff0112170a086e65676174697665200458d6ffffffffffffffff01120e0a056279746573201182010200ff12210a0373657420108a011708021201611201621807180c22090a0208010a0332017812300a0874656d706c61746520139201210a0131120e0a016d200a69000000000000f03f1a070a017010071802220174280012340a0466696c65201242240801120a746578742f706c61696e180320012a05612e74787432037478743a017842016482010361626318012201752a04626f6479';
