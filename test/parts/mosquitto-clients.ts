import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mosquittoPart } from './mosquitto.ts';
import { startPartProcess } from './process.ts';

/** A message as mosquitto_sub, which shares no code with us, saw it. */
export interface SeenMessage {
  readonly topic: string;
  readonly qos: number;
  readonly retained: boolean;
  readonly payload: Buffer;
}

export interface MosquittoSubscriber {
  /** All messages so far, oldest first. */
  readonly messages: readonly SeenMessage[];
  stop(): Promise<void>;
}

interface ClientOptions {
  readonly port: number;
  /** Further arguments, for example `['-u', 'name', '-P', 'password']`. */
  readonly args?: readonly string[];
}

/** Marks the lines that are messages among those of the client's own log. */
const MESSAGE = 'message\t';
const FORMAT = `${MESSAGE}%t\t%q\t%r\t%x`;

function parseMessage(line: string): SeenMessage {
  const [topic = '', qos, retained, hex = ''] = line.slice(MESSAGE.length).split('\t');
  return { topic, qos: Number(qos), retained: retained === '1', payload: Buffer.from(hex, 'hex') };
}

/** Starts mosquitto_sub on `topics` (QoS 2 asked for) and waits until the broker has granted the subscription. */
export async function startMosquittoSub(
  topics: readonly string[],
  options: ClientOptions,
): Promise<MosquittoSubscriber> {
  const messages: SeenMessage[] = [];
  let rest = '';
  let subscribed = false;
  const read = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(MESSAGE)) messages.push(parseMessage(line));
      else if (line.startsWith('Subscribed')) subscribed = true;
    }
  };
  const filters = topics.flatMap((topic) => ['-t', topic]);
  const client = await startPartProcess({
    name: 'mosquitto_sub',
    // Its log is buffered when it goes to a pipe, and would say too late that the subscription stands.
    command: 'stdbuf',
    args: [
      '-oL',
      mosquittoPart().subscriber,
      '-d',
      '-h',
      '127.0.0.1',
      '-p',
      String(options.port),
      '-q',
      '2',
      '-F',
      FORMAT,
      ...filters,
      ...(options.args ?? []),
    ],
    isReady: () => Promise.resolve(subscribed),
    onOutput: read,
  });
  return { messages, stop: () => client.stop() };
}

/** Publishes one message with mosquitto_pub; settles when it has ended. */
export async function publishWithMosquitto(
  topic: string,
  payload: Buffer | string,
  options: ClientOptions & { readonly qos?: 0 | 1 | 2; readonly retain?: boolean },
): Promise<void> {
  const { port, qos = 0, retain = false, args = [] } = options;
  const flags = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-q',
    String(qos),
    '-t',
    topic,
    // An empty message has an option of its own: from standard input it is refused.
    payload.length === 0 ? '-n' : '-s',
    ...(retain ? ['-r'] : []),
    ...args,
  ];
  const child = spawn(mosquittoPart().publisher, flags, { stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.end(payload);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}: ${errors}`);
}
