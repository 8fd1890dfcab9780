import type { Message } from '../message.ts';

export const REJECTED_MESSAGES = {
  'rejected.title': { en: 'Values that the store refused: {name}', zh: '存储拒收的数值：{name}' },
  'rejected.device': { en: 'Device', zh: '设备' },
  'rejected.what': { en: 'Quantity and reason', zh: '量及原因' },
  'rejected.time': { en: 'Read at', zh: '读数时间' },
  'rejected.count': { en: 'Values', zh: '数值数' },
  'rejected.hint': {
    en: 'The latest of each metric, since the server was started. Every one lies in the store’s files rejects-*.jsonl.',
    zh: '自服务器启动以来每个指标的最近一条；全部保存在存储目录的 rejects-*.jsonl 文件中。',
  },
  'rejected.before': {
    en: 'None since the server was started. Those before lie in the store’s files rejects-*.jsonl.',
    zh: '自服务器启动以来没有；此前的保存在存储目录的 rejects-*.jsonl 文件中。',
  },
} as const satisfies Record<string, Message>;
