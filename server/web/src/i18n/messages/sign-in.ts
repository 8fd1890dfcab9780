import type { Message } from '../message.ts';

export const SIGN_IN_MESSAGES = {
  'signIn.title': { en: 'Sign in', zh: '登录' },
  'signIn.token': { en: 'Your token', zh: '您的令牌' },
  'signIn.submit': { en: 'Sign in', zh: '登录' },
  'signIn.busy': { en: 'Signing in …', zh: '正在登录…' },
  'signIn.hint': {
    en: 'The administrator of this server gives tokens. A session ends after twelve hours, and when the server is restarted.',
    zh: '令牌由本服务器的管理员发放。会话在十二小时后或服务器重启时结束。',
  },
  'signIn.wrong': { en: 'This token is not known here.', zh: '令牌无效。' },
  'signIn.tooMany': { en: 'Too many wrong tokens. Try again in a minute.', zh: '错误次数过多，请一分钟后再试。' },
  'signIn.unreachable': { en: 'The server cannot be reached.', zh: '无法连接服务器。' },
  'signIn.failed': { en: 'Signing in failed: {reason}', zh: '登录失败：{reason}' },
  'signIn.out': { en: 'Sign out', zh: '退出登录' },
  'signIn.outFailed': { en: 'Signing out failed; try again', zh: '退出失败，请重试' },
  'signIn.as': { en: 'Signed in as {name}, {role}', zh: '已登录：{name}（{role}）' },
} as const satisfies Record<string, Message>;
