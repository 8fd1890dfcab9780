import type { Message } from '../message.ts';

export const LINK_MESSAGES = {
  'link.region': { en: 'Data connection', zh: '数据连接' },
  'link.connecting': { en: 'Connecting to the server …', zh: '正在连接服务器…' },
  'link.live': { en: 'Live', zh: '实时' },
  'link.interrupted': { en: 'Reconnecting …', zh: '正在重新连接…' },
  'link.agentsOnline': {
    en: { one: '{n} agent is connected', other: 'all {n} agents are connected' },
    zh: '全部 {n} 个采集代理在线',
  },
  'link.noAgents': { en: 'no agent has announced itself yet', zh: '尚无采集代理上线' },
  'link.newest': { en: 'newest reading {age} ago', zh: '最新读数 {age}前' },
  'link.lost': {
    en: 'Connection to the server lost. Nothing on this page is current.',
    zh: '与服务器的连接已中断，本页数据均非实时。',
  },
  'link.lostNever': { en: 'The server cannot be reached.', zh: '无法连接服务器。' },
  'link.broker': {
    en: 'The server receives no data: its broker is lost. Nothing on this page is current.',
    zh: '服务器收不到数据：消息代理中断，本页数据均非实时。',
  },
  'link.agent': { en: 'Agent {name} is lost; {devices} affected.', zh: '采集代理 {name} 失联，影响 {devices}。' },
  'link.agents': {
    en: '{n} agents are lost: {names}; {devices} affected.',
    zh: '{n} 个采集代理失联：{names}，影响 {devices}。',
  },
  'link.devices': { en: { one: '{n} device', other: '{n} devices' }, zh: '{n} 台设备' },
  'link.moreNames': { en: '{names} and {n} more', zh: '{names} 等另 {n} 个' },
  'link.store': {
    en: 'The telemetry store does not answer: live values go on, history is incomplete.',
    zh: '数据库无应答：实时数据继续，历史数据不完整。',
  },
  'link.alsoStore': { en: 'Store does not answer', zh: '数据库无应答' },
  'link.alsoRefused': { en: 'A part was refused', zh: '部分数据被拒绝' },
  'link.alsoAgents': { en: { one: '{n} agent lost', other: '{n} agents lost' }, zh: '{n} 个代理失联' },
  'link.refused': { en: 'The server refused a part of the live data.', zh: '服务器拒绝了部分实时数据。' },
  'link.lastGood': { en: 'Last good data {time}', zh: '最后有效数据 {time}' },
  'link.lastHeard': { en: 'Last heard {time}', zh: '最后通信 {time}' },
  'link.ago': { en: '{age} ago', zh: '{age}前' },
  'link.retrying': { en: 'Reconnecting by itself.', zh: '正在自动重连。' },
  'link.restored': { en: 'Connection restored. Values are current again.', zh: '连接已恢复，数据为实时。' },
  'link.newAlert': { en: 'New {severity} alert: {text}', zh: '新告警（{severity}）：{text}' },
} as const satisfies Record<string, Message>;
