import modbusSerial from 'modbus-serial';

/**
 * What polling costs with modbus-serial and nothing else: each unit of each gateway is read once a second, spread over
 * slots of 20 ms, one request in flight a connection; the answer is thrown away.
 */
const SLOT_MS = 20;
const SLOTS = 1000 / SLOT_MS;

type Client = InstanceType<typeof modbusSerial.default>;

interface Gateway {
  readonly client: Client;
  readonly units: number;
  busy: boolean;
  readonly due: number[];
}

const [ports = '', units = '0', registers = '0'] = process.argv.slice(2);
let answered = 0;

const gateways = await Promise.all(
  ports.split(',').map(async (port): Promise<Gateway> => {
    const client = new modbusSerial.default();
    client.setTimeout(1000);
    await client.connectTCP('127.0.0.1', { port: Number(port) });
    return { client, units: Number(units), busy: false, due: [] };
  }),
);

async function work(gateway: Gateway): Promise<void> {
  if (gateway.busy) return;
  gateway.busy = true;
  for (let unit = gateway.due.shift(); unit !== undefined; unit = gateway.due.shift()) {
    gateway.client.setID(unit);
    await gateway.client.readInputRegisters(0, Number(registers));
    answered += 1;
  }
  gateway.busy = false;
}

let slot = 0;
const timer = setInterval(() => {
  for (const gateway of gateways) {
    for (let unit = 1 + slot; unit <= gateway.units; unit += SLOTS) gateway.due.push(unit);
    void work(gateway);
  }
  slot = (slot + 1) % SLOTS;
}, SLOT_MS);

process.send?.({ ready: true });
process.on('message', (message) => {
  if (message === 'count') process.send?.({ answered });
  if (message === 'stop') {
    clearInterval(timer);
    process.exit(0);
  }
});
