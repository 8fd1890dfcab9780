/** The versions of the real parts that do not come from Debian. */

/** The InfluxDB that the tests run against: the newest of the 2.x line that is published as a Go module. */
export const INFLUXDB_VERSION = '2.9.1';

export const PYMODBUS_VERSION = '3.16.1';

export const PYSERIAL_VERSION = '3.5';
