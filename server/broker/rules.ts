import { NAMESPACE, type NodeTopic, parseTopic } from '../../edge/protocol/topics.ts';
import type { BrokerRole } from './identities.ts';

/** Who a connection is, as far as the rules go. */
export interface Principal {
  readonly name: string;
  readonly role: BrokerRole | 'server' | 'anonymous';
  /** For agents: `group/node`, or only the node's name when any group will do. */
  readonly nodes: ReadonlySet<string>;
  /** Host id whose STATE it may publish; also what makes an anonymous client a host application. */
  readonly hostId: string | undefined;
}

/** Whether the topic is reserved to host applications: commands and STATE. */
function isCommand(topic: NodeTopic): boolean {
  return topic.type === 'NCMD' || topic.type === 'DCMD';
}

/**
 * Whether a principal may publish on a topic. Sparkplug's commands and STATE belong to hosts, each STATE to the host of
 * that name; an agent speaks for its own nodes only. Outside Sparkplug's namespace only clients without identities
 * (on loopback) may publish. A topic in the namespace that is none of Sparkplug's is let through to the host, which
 * counts and shows it, unless the publisher is an agent with an identity.
 */
export function mayPublish(principal: Principal, topic: string, serverHostId: string): boolean {
  if (principal.role === 'server') return true;
  if (principal.role === 'reader') return false;
  const parsed = parseTopic(topic);
  if (!parsed) {
    if (principal.role !== 'anonymous' || topic.startsWith('$')) return false;
    // "STATE" with a wrong number of levels would be nobody's; it must not become a way around the rule below.
    return !topic.startsWith(`${NAMESPACE}/STATE/`);
  }
  if (parsed.type === 'STATE') return parsed.host === principal.hostId && parsed.host !== serverHostId;
  if (isCommand(parsed)) return principal.hostId !== undefined;
  if (principal.role === 'host') return false;
  return principal.role === 'anonymous' || isOwnNode(principal, parsed);
}

/** Whether a principal may subscribe to a filter. Agents see their own commands and STATE, the others everything. */
export function maySubscribe(principal: Principal, filter: string): boolean {
  if (principal.role !== 'agent') return true;
  const levels = filter.split('/');
  const [namespace, second = '', type = '', node = ''] = levels;
  if (namespace !== NAMESPACE) return false;
  if (second === 'STATE') return true;
  if (type !== 'NCMD' && type !== 'DCMD') return false;
  if (/[+#]/.test(second) || /[+#]/.test(node)) return false;
  return isOwn(principal, second, node);
}

function isOwnNode(principal: Principal, topic: NodeTopic): boolean {
  return isOwn(principal, topic.group, topic.node);
}

function isOwn(principal: Principal, group: string, node: string): boolean {
  return principal.nodes.has(`${group}/${node}`) || principal.nodes.has(node);
}

/**
 * The principal of a client without credentials on loopback, where no identities are configured. A client that declares
 * itself a host application by its will (STATE of another host id than the server's) may publish commands and that
 * STATE; any other may publish data and births, and nothing that writes to a device.
 */
export function anonymousPrincipal(clientId: string, willTopic: string | undefined, serverHostId: string): Principal {
  const will = willTopic === undefined ? undefined : parseTopic(willTopic);
  const hostId = will?.type === 'STATE' && will.host !== serverHostId ? will.host : undefined;
  return { name: clientId, role: 'anonymous', nodes: new Set(), hostId };
}
