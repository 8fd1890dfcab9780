import { type Command, Option } from 'commander';
import { collected, milliseconds, timeout, unitList, wholeNumber } from './arguments.ts';

const PARITIES = ['none', 'even', 'odd'];
const BAUD_RATES = { least: 300, most: 921_600 } as const;

/** Flags that say where a device is; the same for every command. */
function withPlace(command: Command): Command {
  return command
    .option('--host <host>', 'Modbus TCP device or gateway')
    .option('--port <port>', 'its port (default: 502)', wholeNumber('--port', 1, 65_535))
    .option('--rtu-over-tcp', 'serial-line frames over the connection, as simple converters pass them on')
    .option('--line <path>', 'serial line, such as /dev/ttyUSB0')
    .option(
      '--baud <rate>',
      'baud rate of the line (default: 9600)',
      wholeNumber('--baud', BAUD_RATES.least, BAUD_RATES.most),
    )
    .addOption(new Option('--parity <parity>', 'parity of the line (default: none)').choices(PARITIES))
    .option('--stop-bits <bits>', 'stop bits of the line, 1 or 2 (default: 1)', wholeNumber('--stop-bits', 1, 2))
    .option('--timeout <duration>', 'longest wait for an answer, such as 500ms', timeout);
}

function withOutput(command: Command): Command {
  return command.option('--json', 'one JSON document on standard output');
}

function withModels(command: Command): Command {
  return command.option('--profiles <folder>', 'folder of device models of your own; may be given again', collected);
}

const unitOption = ['--unit <unit>', 'unit (slave) address', wholeNumber('--unit', 0, 255)] as const;

/**
 * The commands for a technician with a laptop: they only read, need no server, and end with 0 when all is well, 1 when
 * something is wrong with a device, 2 when the arguments are.
 */
export function addCommissioning(program: Command): void {
  withOutput(withModels(withPlace(program.command('init'))))
    .description('Recognise a device, write edge.yaml for it, and show its values; asks for what no flag says')
    .option('--unit <units>', 'unit (slave) address; several as in 1,2 or 1-3', unitList)
    .option('--model <model>', 'do not recognise: it is this one, such as eastron/sdm630')
    .option('--out <file>', 'the file to write', 'edge.yaml')
    .option('--force', 'overwrite the file')
    .option('--group <group>', 'Sparkplug group: the district')
    .option('--node <node>', 'Sparkplug edge node: this agent (default: name of this machine)')
    .option('--broker <url>', 'MQTT broker (default: mqtt://127.0.0.1:1883)')
    .option('--primary-host <host>', 'Sparkplug host whose acknowledgements count', 'gridwarden')
    .option(
      '--seconds <n>',
      'how long to show live values (default: until a key is pressed)',
      wholeNumber('--seconds', 0, 86_400),
    )
    .action(async (args) => (await import('./run.ts')).runInit(args));
  withOutput(withModels(withPlace(program.command('check'))))
    .description(
      'Read every device of a configuration once, or try a model on one device; say what is wrong and what to do',
    )
    .option('--config <file>', 'edge.yaml: check all its devices')
    .option('--profile <file>', 'model file to try on the device at --host or --line and --unit')
    .option('--model <model>', 'model by name to try on the device')
    .option(...unitOption)
    .action(async (_, command: Command) => (await import('./run.ts')).runCheck(command.optsWithGlobals()));
  withOutput(withModels(withPlace(program.command('scan'))))
    .description('Find units on a line or behind a gateway, gently, and name the models that are recognised')
    .addOption(
      new Option('--units <list>', 'units to ask, as in 1-247 or 1,5,10-20')
        .argParser(unitList)
        .default(unitList('1-247'), '1-247'),
    )
    .addOption(
      new Option('--pause <duration>', 'idle time between requests').argParser(milliseconds).default(50, '50ms'),
    )
    .action(async (args) => (await import('./run.ts')).runScan(args));
  withOutput(withPlace(program.command('read')))
    .description('Show raw registers as every type in every order of words and bytes')
    .option(...unitOption)
    .option('--fc <code>', 'function code: 3 holding registers, 4 input registers', wholeNumber('--fc', 3, 4), 3)
    .option('--address <n>', 'first register, counted from 0; decimal or 0x…', wholeNumber('--address', 0, 65_535))
    .option('--count <n>', 'number of registers', wholeNumber('--count', 1, 125), 2)
    .action(async (args) => (await import('./run.ts')).runRead(args));
}
