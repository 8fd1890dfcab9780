import { existsSync } from 'node:fs';
import { findProgram } from '../find.ts';
import { InstallError, run, say } from './run.ts';

const APT_ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive' };

/** What has to stand before a command that only root may run; an error when there is no way. */
function asRoot(command: string): readonly string[] {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo');
  // Without a terminal sudo cannot ask for a password, and -n makes that an error instead of a wait.
  if (sudo) return process.stdin.isTTY ? [sudo] : [sudo, '-n'];
  throw new InstallError(`only root can install Debian packages and there is no sudo; as root run: ${command}`);
}

async function apt(args: readonly string[], what: string): Promise<void> {
  const prefix = asRoot(`apt-get ${args.join(' ')}`);
  const [command = '', ...rest] = [...prefix, 'env', ...Object.entries(APT_ENVIRONMENT).map((pair) => pair.join('='))];
  await run(command, [...rest, 'apt-get', ...args], { what });
}

/**
 * Debian starts the broker that it installs as a service on port 1883, where the embedded broker of gridwarden listens.
 * The tests start brokers of their own, so the service is switched off, once, right after it came.
 */
async function switchOffMosquittoService(): Promise<void> {
  if (!existsSync('/run/systemd/system')) return;
  const [command = '', ...rest] = [...asRoot('systemctl disable --now mosquitto'), 'systemctl'];
  await run(command, [...rest, 'disable', '--now', 'mosquitto'], {
    what: 'switching off the Mosquitto service, which would keep port 1883',
  });
}

/** Installs Debian packages. */
export async function installDebianPackages(names: readonly string[]): Promise<void> {
  if (names.length === 0) return say('Debian packages: none needed');
  if (!findProgram('apt-get')) {
    throw new InstallError(`this is not Debian; install what these packages of Debian hold: ${names.join(' ')}`);
  }
  await apt(['update', '-q'], 'reading the list of Debian packages');
  await apt(['install', '-q', '-y', '--no-install-recommends', ...names], `installing ${names.join(' ')}`);
  if (names.includes('mosquitto')) await switchOffMosquittoService();
}
