/** Sparkplug B topics (specification 3.0.0, chapter 4): `spBv1.0/group/type/node[/device]` and `spBv1.0/STATE/host`. */
export const NAMESPACE = 'spBv1.0';

export const MESSAGE_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD', 'DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

const KNOWN_TYPES: ReadonlySet<string> = new Set(MESSAGE_TYPES);

export interface NodeTopic {
  readonly type: MessageType;
  readonly group: string;
  readonly node: string;
  readonly device?: string;
}

export interface StateTopic {
  readonly type: 'STATE';
  readonly host: string;
}

export type SparkplugTopic = NodeTopic | StateTopic;

/** An id may hold any UTF-8 but the characters that topics reserve (tck-id-topic-structure-namespace-valid-*). */
export function isValidId(id: string): boolean {
  return id.length > 0 && !/[/+#]/.test(id) && !id.includes('\0');
}

export function stateTopic(host: string): string {
  return `${NAMESPACE}/STATE/${host}`;
}

export function nodeTopic(group: string, type: MessageType, node: string, device?: string): string {
  const topic = `${NAMESPACE}/${group}/${type}/${node}`;
  return device === undefined ? topic : `${topic}/${device}`;
}

/** The parts of a topic; undefined when it is not a Sparkplug topic (wrong namespace, type or number of levels). */
export function parseTopic(topic: string): SparkplugTopic | undefined {
  const [namespace, second, type, node, device, ...rest] = topic.split('/');
  if (namespace !== NAMESPACE || rest.length > 0) return undefined;
  if (second === 'STATE') return type && node === undefined ? { type: 'STATE', host: type } : undefined;
  if (!second || !type || !node || !KNOWN_TYPES.has(type)) return undefined;
  const isDeviceType = type.startsWith('D');
  if (isDeviceType !== (device !== undefined) || device === '') return undefined;
  const base = { type: type as MessageType, group: second, node };
  return device === undefined ? base : { ...base, device };
}
