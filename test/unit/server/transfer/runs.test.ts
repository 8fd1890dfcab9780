import { expect, test } from 'vitest';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { LOCAL_ACTOR } from '../../../../server/access/actor.ts';
import { noteEnd, Runs } from '../../../../server/transfer/runs.ts';

const run = (id: string) => ({ id });

test('one is at work until its work has ended; the newest are remembered, the others given to whoever begins', async () => {
  const runs = new Runs<{ id: string }>(2);
  const forgotten: string[] = [];
  for (const id of ['a', 'b', 'c']) {
    let end = () => {};
    runs.begin(run(id), (gone) => {
      forgotten.push(...gone.map((one) => one.id));
      return new Promise((resolve) => {
        end = resolve;
      });
    });
    expect(runs.current?.id).toBe(id);
    end();
    await expect.poll(() => runs.current).toBeUndefined();
  }
  expect(runs.all.map(({ id }) => id)).toEqual(['c', 'b']);
  expect(forgotten).toEqual(['a']);
  expect(runs.find('b', 'there is none').id).toBe('b');
  expect(() => runs.find('a', 'there is none')).toThrow('there is none');
});

test('stopping gives up what is at work, and waits for it', async () => {
  const runs = new Runs<{ id: string }>(2);
  let isOver = false;
  runs.begin(run('a'), async () => {
    await new Promise<void>((resolve) => runs.signal.addEventListener('abort', () => resolve()));
    isOver = true;
  });
  await runs.stop();
  expect(isOver).toBe(true);
});

test('an audit log that cannot be written does not throw', () => {
  const audit = {
    record() {
      throw new Error('the disk is full');
    },
  };
  expect(() => noteEnd(audit, silentLogger(), { actor: LOCAL_ACTOR, action: 'x.done', subject: 'x' })).not.toThrow();
});
