import type { Message } from '../message.ts';

export const EXPLANATION_MESSAGES = {
  'explained.title': { en: 'Records that cannot be kept: {name}', zh: '无法保存的记录：{name}' },
  'explained.none': { en: 'None: no record was given up.', zh: '无：没有放弃任何记录。' },
  'explained.shown': { en: '{n} of {total}, latest first', zh: '{n} / {total}，最新在前' },
  'explained.csv': { en: 'CSV', zh: '下载 CSV' },
  'explained.csvLatest': { en: 'CSV (latest {n})', zh: '下载 CSV（最近 {n} 条）' },
  'explained.reason': { en: 'Reason', zh: '原因' },
  'explained.records': { en: 'Records', zh: '记录数' },
  'explained.devices': { en: 'Devices', zh: '设备' },
  'explained.readings': { en: 'Read from – to', zh: '读数时间（起–止）' },
  'explained.noted': { en: 'Written down', zh: '登记时间' },
  'explained.lost': { en: { one: '{n} value lost', other: '{n} values lost' }, zh: '丢失 {n} 个数值' },
  'explained.valuesOfEach': { en: 'of each metric: {list}', zh: '每个指标：{list}' },
  'explained.moreGroups': {
    en: 'More stands in the API and in the CSV.',
    zh: '其余见 API 和 CSV。',
  },
  'explained.otherValues': {
    en: 'and {n} values that are counted, but not named',
    zh: '另有 {n} 个数值只计数、未列名',
  },
  'explained.unread': {
    en: 'The values of {n} records could not be read any more',
    zh: '有 {n} 条记录的数值已无法读取',
  },
  'explained.folded': { en: 'Earlier ones are only counted:', zh: '更早的记录只保留合计：' },
  'explained.foldedRecords': {
    en: '{reason}: {n} records in {explanations} explanations',
    zh: '{reason}：{explanations} 条说明，共 {n} 条记录',
  },
  'explained.foldedValues': {
    en: '{reason}: {n} values that no longer stand with their devices',
    zh: '{reason}：{n} 个数值不再按设备列出',
  },
  'explained.anyDevice': { en: 'Not known: any of this agent', zh: '未知：可能是本代理的任一设备' },
  'explained.moreDevices': { en: 'and {n} more', zh: '等另 {n} 台' },
  'explained.reason.outbox_full': {
    en: 'The outbox of the agent was full: given up to make room',
    zh: '代理的待发队列已满，为腾出空间而放弃',
  },
  'explained.reason.too_old': {
    en: 'Waited longer than the agent may keep them',
    zh: '等待时间超过代理的保留期限',
  },
  'explained.reason.outbox_corrupt': {
    en: 'The outbox file of the agent was damaged',
    zh: '代理的待发队列文件损坏',
  },
  'explained.reason.unsettled': {
    en: 'Sent again and again, but never acknowledged while others were',
    zh: '多次发送始终未获确认，而其他记录已获确认',
  },
  'explained.reason.unprotected_lost': {
    en: 'The disk of the agent was full, and so was the memory it kept them in',
    zh: '代理的磁盘已满，暂存记录的内存也已满',
  },
  'explained.reason.lost': {
    en: 'The agent no longer has them: its outbox was lost, damaged or set back',
    zh: '代理已没有这些记录：其待发队列丢失、损坏或被回退',
  },
  'explained.reason.settled_elsewhere': {
    en: 'Acknowledged to the agent by another server; this one does not have them',
    zh: '已由另一台服务器向代理确认，本服务器没有这些记录',
  },
  'explained.reason.settled_before': {
    en: 'Settled earlier: a run of the agent that had ended came back (two agents of one name?)',
    zh: '此前已处理：代理的一个已结束的运行批次再次出现（是否有两个同名代理？）',
  },
  'explained.reason.lost_by_restore': {
    en: 'Acknowledged after the backup that the server was restored from',
    zh: '在备份之后确认，服务器已恢复到该备份',
  },
} as const satisfies Record<string, Message>;
