/*
 * Serves a register image with libmodbus, over Modbus TCP or as the one unit of a serial line (8N1, 115 200 baud).
 *
 * usage: libmodbus_server IMAGE PORT
 *        libmodbus_server IMAGE /path/of/the/line
 *
 * IMAGE holds lines of `unit table address count value...`, table being `holding` or `input` (register-image.ts).
 * Registers that the image does not list do not exist (exception 2); a unit that it does not list is answered with
 * exception 11, as a gateway does whose device is silent.
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { UNITS = 256, REGISTERS = 65536, BACKLOG = 16, BAUD_RATE = 115200 };

/* Where the parts of a request lie, counted from the unit; before it, TCP has six more bytes and RTU none. */
enum { UNIT_OFFSET = 0, FUNCTION_OFFSET = 1, ADDRESS_OFFSET = 2, COUNT_OFFSET = 4 };

/* One table of one unit: the values lie in the mapping of libmodbus, `present` says which of them exist. */
struct unit {
  modbus_mapping_t *mapping;
  unsigned char holding_present[REGISTERS];
  unsigned char input_present[REGISTERS];
};

static struct unit *units[UNITS];

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, errno ? modbus_strerror(errno) : "not as expected");
  exit(1);
}

static struct unit *unit_for_image(int number) {
  if (number < 0 || number >= UNITS) fail("unit number");
  if (units[number] == NULL) {
    units[number] = calloc(1, sizeof(struct unit));
    if (units[number] == NULL) fail("memory");
    units[number]->mapping = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    if (units[number]->mapping == NULL) fail("memory");
  }
  return units[number];
}

static void read_block(FILE *file, int number, const char *table, int address, int count) {
  struct unit *unit = unit_for_image(number);
  int is_holding = strcmp(table, "holding") == 0;
  uint16_t *values = is_holding ? unit->mapping->tab_registers : unit->mapping->tab_input_registers;
  unsigned char *present = is_holding ? unit->holding_present : unit->input_present;
  if (address < 0 || count < 0 || address + count > REGISTERS) fail("address range");
  for (int i = address; i < address + count; i++) {
    unsigned value;
    if (fscanf(file, "%u", &value) != 1) fail("register value");
    values[i] = (uint16_t)value;
    present[i] = 1;
  }
}

static void read_image(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) fail(path);
  int number, address, count;
  char table[8];
  while (fscanf(file, "%d %7s %d %d", &number, table, &address, &count) == 4) read_block(file, number, table, address, count);
  if (!feof(file)) fail("image");
  fclose(file);
}

static int word(const uint8_t *query, int offset) { return query[offset] << 8 | query[offset + 1]; }

/* True when every register that the request names exists. */
static int all_present(const struct unit *unit, const uint8_t *query) {
  int function = query[FUNCTION_OFFSET];
  int address = word(query, ADDRESS_OFFSET);
  int count = function == MODBUS_FC_WRITE_SINGLE_REGISTER ? 1 : word(query, COUNT_OFFSET);
  const unsigned char *present = function == MODBUS_FC_READ_INPUT_REGISTERS ? unit->input_present : unit->holding_present;
  if (count == 0 || address + count > REGISTERS) return 0;
  for (int i = address; i < address + count; i++)
    if (!present[i]) return 0;
  return 1;
}

static int is_about_registers(int function) {
  return function == MODBUS_FC_READ_HOLDING_REGISTERS || function == MODBUS_FC_READ_INPUT_REGISTERS ||
         function == MODBUS_FC_WRITE_SINGLE_REGISTER || function == MODBUS_FC_WRITE_MULTIPLE_REGISTERS;
}

/* Answers one request of the connection that `ctx` is set to; false when the connection is over. */
static int serve_request(modbus_t *ctx) {
  uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH];
  int length = modbus_receive(ctx, frame);
  if (length < 0) return 0;
  if (length == 0) return 1;
  const uint8_t *query = frame + modbus_get_header_length(ctx) - 1;
  struct unit *unit = units[query[UNIT_OFFSET]];
  if (unit == NULL) return modbus_reply_exception(ctx, frame, MODBUS_EXCEPTION_GATEWAY_TARGET) >= 0;
  int function = query[FUNCTION_OFFSET];
  int count = function == MODBUS_FC_READ_HOLDING_REGISTERS || function == MODBUS_FC_READ_INPUT_REGISTERS ? word(query, COUNT_OFFSET) : 0;
  /* More than the protocol allows is for libmodbus to refuse, with exception 3. */
  if (is_about_registers(function) && count <= MODBUS_MAX_READ_REGISTERS && !all_present(unit, query))
    return modbus_reply_exception(ctx, frame, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS) >= 0;
  return modbus_reply(ctx, frame, length, unit->mapping) >= 0;
}

static void serve(modbus_t *ctx, int listener) {
  fd_set open;
  FD_ZERO(&open);
  FD_SET(listener, &open);
  for (;;) {
    fd_set ready = open;
    if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0) fail("select");
    for (int fd = 0; fd < FD_SETSIZE; fd++) {
      if (!FD_ISSET(fd, &ready)) continue;
      if (fd == listener) {
        int accepted = modbus_tcp_accept(ctx, &listener);
        if (accepted >= FD_SETSIZE) close(accepted);
        else if (accepted >= 0) FD_SET(accepted, &open);
        continue;
      }
      modbus_set_socket(ctx, fd);
      if (!serve_request(ctx)) {
        close(fd);
        FD_CLR(fd, &open);
      }
    }
  }
}

/* libmodbus answers for one unit of a line: the first of the image. */
static void serve_line(const char *path) {
  int number = 0;
  while (number < UNITS && units[number] == NULL) number++;
  modbus_t *ctx = modbus_new_rtu(path, BAUD_RATE, 'N', 8, 1);
  if (ctx == NULL || modbus_set_slave(ctx, number) < 0) fail("context");
  if (modbus_connect(ctx) < 0) fail(path);
  printf("ready\n");
  fflush(stdout);
  /* A frame that is cut or damaged ends nothing; what is left of it would be taken for the beginning of the next. */
  while (serve_request(ctx) || (errno != EIO && modbus_flush(ctx) >= 0)) continue;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: libmodbus_server IMAGE PORT|LINE\n");
    return 2;
  }
  read_image(argv[1]);
  if (argv[2][0] == '/') {
    serve_line(argv[2]);
    return 0;
  }
  modbus_t *ctx = modbus_new_tcp("127.0.0.1", atoi(argv[2]));
  if (ctx == NULL) fail("context");
  int listener = modbus_tcp_listen(ctx, BACKLOG);
  if (listener < 0) fail("listen");
  serve(ctx, listener);
}
