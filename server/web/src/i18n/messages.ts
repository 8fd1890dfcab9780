import type { Message } from './message.ts';
import { ALERT_MESSAGES } from './messages/alerts.ts';
import { COMMON_MESSAGES } from './messages/common.ts';
import { DEVICE_MESSAGES } from './messages/device.ts';
import { EXPLANATION_MESSAGES } from './messages/explanations.ts';
import { GRID_MESSAGES } from './messages/grid.ts';
import { LINK_MESSAGES } from './messages/link.ts';
import { OVERVIEW_MESSAGES } from './messages/overview.ts';
import { REJECTED_MESSAGES } from './messages/rejected.ts';
import { SIGN_IN_MESSAGES } from './messages/sign-in.ts';

/** Every text of the page, in both languages. `{name}` is filled in. */
export const MESSAGES = {
  ...COMMON_MESSAGES,
  ...LINK_MESSAGES,
  ...OVERVIEW_MESSAGES,
  ...DEVICE_MESSAGES,
  ...ALERT_MESSAGES,
  ...EXPLANATION_MESSAGES,
  ...REJECTED_MESSAGES,
  ...SIGN_IN_MESSAGES,
  ...GRID_MESSAGES,
} as const satisfies Record<string, Message>;

export type MessageKey = keyof typeof MESSAGES;
