import { describe, expect, test } from 'vitest';
import { anonymousPrincipal, mayPublish, maySubscribe, type Principal } from '../../../../server/broker/rules.ts';

const SERVER_HOST = 'gridwarden';

function principal(role: Principal['role'], nodes: string[] = [], hostId?: string): Principal {
  return { name: 'someone', role, nodes: new Set(nodes), hostId };
}

const agent = principal('agent', ['east/agent-1']);
const agentOfAnyGroup = principal('agent', ['agent-1']);
const host = principal('host', [], 'scada');
const reader = principal('reader');
const server = principal('server', [], SERVER_HOST);
const anonymous = anonymousPrincipal('client', undefined, SERVER_HOST);
const anonymousHost = anonymousPrincipal('client', 'spBv1.0/STATE/scada', SERVER_HOST);

describe('publishing', () => {
  test.each([
    [agent, 'spBv1.0/east/NBIRTH/agent-1', true],
    [agent, 'spBv1.0/east/DDATA/agent-1/M-1', true],
    [agent, 'spBv1.0/east/DDATA/agent-2/M-1', false],
    [agent, 'spBv1.0/west/DDATA/agent-1/M-1', false],
    [agent, 'spBv1.0/east/NCMD/agent-1', false],
    [agent, 'spBv1.0/STATE/scada', false],
    [agent, 'spBv1.0/east/NONSENSE/agent-1', false],
    [agent, 'other/topic', false],
    [agentOfAnyGroup, 'spBv1.0/west/NBIRTH/agent-1', true],
    [host, 'spBv1.0/east/NCMD/agent-1', true],
    [host, 'spBv1.0/east/DCMD/agent-1/M-1', true],
    [host, 'spBv1.0/STATE/scada', true],
    [host, 'spBv1.0/STATE/other', false],
    [host, 'spBv1.0/STATE/gridwarden', false],
    [host, 'spBv1.0/east/DDATA/agent-1/M-1', false],
    [reader, 'spBv1.0/east/DDATA/agent-1/M-1', false],
    [reader, 'other/topic', false],
    [server, 'spBv1.0/STATE/gridwarden', true],
    [server, 'spBv1.0/east/NCMD/agent-1', true],
    [anonymous, 'spBv1.0/east/DDATA/agent-1/M-1', true],
    [anonymous, 'spBv1.0/east/NCMD/agent-1', false],
    [anonymous, 'spBv1.0/east/DCMD/agent-1/M-1', false],
    [anonymous, 'spBv1.0/STATE/gridwarden', false],
    [anonymous, 'spBv1.0/STATE/anyone', false],
    [anonymous, 'spBv1.0/STATE/gridwarden/deeper', false],
    [anonymous, 'other/topic', true],
    [anonymous, '$SYS/broker', false],
    [anonymousHost, 'spBv1.0/STATE/scada', true],
    [anonymousHost, 'spBv1.0/STATE/gridwarden', false],
    [anonymousHost, 'spBv1.0/east/NCMD/agent-1', true],
  ] as const)('%o on %s: %s', (who, topic, allowed) => {
    expect(mayPublish(who, topic, SERVER_HOST)).toBe(allowed);
  });

  test('a will that claims to be the server makes nobody a host', () => {
    const impostor = anonymousPrincipal('client', 'spBv1.0/STATE/gridwarden', SERVER_HOST);
    expect(mayPublish(impostor, 'spBv1.0/STATE/gridwarden', SERVER_HOST)).toBe(false);
    expect(mayPublish(impostor, 'spBv1.0/east/NCMD/agent-1', SERVER_HOST)).toBe(false);
  });
});

describe('subscribing', () => {
  test.each([
    [agent, 'spBv1.0/east/NCMD/agent-1', true],
    [agent, 'spBv1.0/east/DCMD/agent-1/#', true],
    [agent, 'spBv1.0/east/DCMD/agent-1/+', true],
    [agent, 'spBv1.0/STATE/gridwarden', true],
    [agent, 'spBv1.0/east/NCMD/agent-2', false],
    [agent, 'spBv1.0/+/NCMD/agent-1', false],
    [agent, 'spBv1.0/east/NCMD/+', false],
    [agent, 'spBv1.0/#', false],
    [agent, '#', false],
    [reader, 'spBv1.0/#', true],
    [host, 'spBv1.0/#', true],
    [anonymous, '#', true],
  ] as const)('%o to %s: %s', (who, filter, allowed) => {
    expect(maySubscribe(who, filter)).toBe(allowed);
  });
});
